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
  /** Arithmetic of a step at full lengths: 2P a token read or sampled, 6P a token trained. */
  samplingFlops: number; updateFlops: number;
  /** Weights, both moments and the frozen copy in f32: what a saved checkpoint takes. */
  checkpointBytes: number;
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

/** The shape of the model that a run would train. */
export function runConfig(settings: Settings, starter: ModelConfig | null): ModelConfig {
  return settings.model === 'new' || !starter ? modelConfig(settings, settings.vocabSize) : starter;
}

/** @param starter config of the model the run starts from when it is not a new one; null = not loaded yet. */
export function consequence(settings: Settings, starter: ModelConfig | null): Consequence {
  const parameters = countParameters(runConfig(settings, starter));
  const documentations = settings.codesPerStep * settings.documentations;
  const reconstructions = documentations * settings.reconstructions;
  const { maxCodeTokens: code, maxDocumentationTokens: text } = settings;
  return {
    parameters,
    // Prompts are read once for all samples of a function, and once for every documentation.
    samplingFlops: 2 * parameters * (settings.codesPerStep * code + documentations * 2 * text + reconstructions * code),
    updateFlops: 6 * parameters * (documentations + reconstructions + settings.anchor) * (code + text),
    checkpointBytes: parameters * 16,
    trainingBytes: parameters * 16,
    sequencesPerStep: documentations + reconstructions,
    tokensPerStep: documentations * settings.maxDocumentationTokens + reconstructions * settings.maxCodeTokens,
  };
}
