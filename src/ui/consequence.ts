/** What a configuration will cost, worked out before it runs; knows settings and model shapes, measures nothing. */
import { modelConfig } from '../config';
import type { Settings } from '../config';
import { countParameters } from '../formats/layout';
import type { CodeItem, ModelConfig } from '../types';

export interface Consequence {
  parameters: number;
  /** Weights, gradients and both Adam moments in f32; activations come on top. */
  trainingBytes: number;
  /** Documentations and reconstructions sampled for an update. */
  sequencesPerStep: number;
  /** Most tokens an update can sample. */
  tokensPerStep: number;
}

export interface WarmstartPairs {
  /** Sequences of each kind that a warm-start step draws on average: code alone, code to documentation, documentation to code. */
  lm: number; writer: number; reader: number;
  /** Training functions, and where their documentation comes from: their own text, sentences of facts or phrases. */
  functions: number; ownText: number; sentences: number;
}

/** What the warm start will learn from. */
export function warmstartPairs(settings: Settings, items: readonly CodeItem[]): WarmstartPairs {
  const { mixLm, mixWriter, mixReader, warmstartBatch } = settings;
  const share = warmstartBatch / (mixLm + mixWriter + mixReader);
  const train = items.filter(item => item.split === 'train');
  return {
    lm: mixLm * share, writer: mixWriter * share, reader: mixReader * share, functions: train.length,
    ownText: train.filter(item => item.documentation !== '').length, sentences: train.filter(item => item.phrases !== undefined || item.facts.length > 0).length,
  };
}

/** @param starter config of the model the run starts from when it is not a new one; null = not loaded yet. */
export function consequence(settings: Settings, starter: ModelConfig | null): Consequence {
  const config = settings.model === 'new' || !starter ? modelConfig(settings, settings.vocabSize) : starter;
  const parameters = countParameters(config);
  const documentations = settings.codesPerStep * settings.documentations;
  const reconstructions = documentations * settings.reconstructions;
  return {
    parameters,
    trainingBytes: parameters * 16,
    sequencesPerStep: documentations + reconstructions,
    tokensPerStep: documentations * settings.maxDocumentationTokens + reconstructions * settings.maxCodeTokens,
  };
}
