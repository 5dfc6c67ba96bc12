/** Which vocabulary the Data tab measures with: the one a run would speak, else the model's; and lengths of the corpus in it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CodeItem } from '../../types';
import { useActions } from '../actions';
import { model, settings } from '../state';
import { trainedAhead } from '../trained_ahead';
import { lengthsOf } from './token_counts';
import type { Vocabulary } from './token_counts';

/** The model's own vocabulary; null until it is there, or when there is no model. */
export function useModelVocabulary(): Vocabulary | null {
  const actions = useActions();
  const found = useSignal<Vocabulary | null>(null);
  const current = model.value;
  useEffect(() => {
    let wanted = true;
    actions.modelTokenizer().then(vocabulary => { if (wanted) found.value = vocabulary; }, () => { if (wanted) found.value = null; });
    return () => { wanted = false; };
  }, [current]);
  return found.value;
}

/** For a new model the one that was trained ahead on these items, where it was; else the model's. */
export function useVocabulary(items: readonly CodeItem[]): Vocabulary | null {
  const own = useModelVocabulary();
  const { model: wanted, vocabSize } = settings.value;
  const ahead = wanted === 'new' ? trainedAhead(items, vocabSize) : undefined;
  return ahead ? { name: 'trained here', json: ahead } : own;
}

/** Tokens of each item; null until they are counted. */
export function useLengths(items: readonly CodeItem[], vocabulary: Vocabulary | null): Uint32Array | null {
  const found = useSignal<{ items: readonly CodeItem[]; json: string; lengths: Uint32Array } | null>(null);
  const json = vocabulary?.json ?? '';
  useEffect(() => {
    if (!vocabulary) return;
    let wanted = true;
    lengthsOf(items, vocabulary).then(lengths => { if (wanted) found.value = { items, json, lengths }; }, () => undefined);
    return () => { wanted = false; };
  }, [items, json]);
  return found.value?.items === items && found.value.json === json ? found.value.lengths : null;
}
