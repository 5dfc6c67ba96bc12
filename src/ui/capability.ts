/** Whether this browser can train and, if not, why and what to do; knows nothing of how it is shown. */
import { adviceNoAdapter, adviceNoApi, CHECKED_ON, detect } from './browser_support';

export type Capability =
  | { kind: 'checking' }
  | { kind: 'ready'; name: string; software: boolean; f16: boolean; bufferLimit: number; timestamps: boolean }
  | { kind: 'insecure' | 'no-api' | 'no-adapter' | 'limits'; detail: string };

/** What the check looks at; the page hands in its own globals, a test hands in others. */
export interface Surroundings {
  secure: boolean;
  gpu: Pick<GPU, 'requestAdapter'> | undefined;
}

/** The limits the engine counts on: WebGPU's guaranteed defaults. Never more is asked of a device than its adapter offers. */
const NEEDED = { maxStorageBuffersPerShaderStage: 8, maxStorageBufferBindingSize: 128 * 1024 * 1024, maxComputeWorkgroupStorageSize: 16_384 } as const;

/** Checks in the order in which causes hide each other: secure context, API, adapter, limits. Never throws. */
export async function checkCapability({ secure, gpu }: Surroundings): Promise<Capability> {
  if (!gpu) return secure ? { kind: 'no-api', detail: 'navigator.gpu is absent' } : { kind: 'insecure', detail: 'not a secure context' };
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return { kind: 'no-adapter', detail: error instanceof Error ? error.message : String(error) };
  }
  if (!adapter) return { kind: 'no-adapter', detail: 'requestAdapter() gave null' };
  for (const [name, needed] of Object.entries(NEEDED)) {
    const has = adapter.limits[name as keyof typeof NEEDED];
    if (has < needed) return { kind: 'limits', detail: `${name} is ${has}, ${needed} is needed` };
  }
  const info = adapter.info;
  const name = adapterName({ vendor: info.vendor, architecture: info.architecture, device: info.device, description: info.description });
  return {
    kind: 'ready', name,
    software: info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render|warp/i.test(`${name} ${info.architecture}`),
    f16: adapter.features.has('shader-f16'),
    timestamps: adapter.features.has('timestamp-query'),
    bufferLimit: adapter.limits.maxStorageBufferBindingSize,
  };
}

/** The most telling name an adapter gives of itself. */
export function adapterName(info: { vendor: string; architecture: string; device: string; description: string }): string {
  return info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}

export interface Help { title: string; cause: string; steps: string[]; footnote: string }

/** The helpful screen for a cause: what is missing, what to do, and that nothing is lost. */
export function helpFor(capability: Extract<Capability, { detail: string }>, userAgent: string, address: string): Help {
  const { browser, platform } = detect(userAgent);
  const kept = 'Saved runs, corpora and checkpoints of this browser are untouched: Data, Samples and Runs work without WebGPU.';
  const footnote = `${kept} Browser versions checked on ${CHECKED_ON}.`;
  switch (capability.kind) {
    case 'insecure': return {
      title: 'This address is not secure, so the browser hides WebGPU',
      cause: 'WebGPU only works on https pages and on localhost.',
      steps: [`Open this page by https, or on the machine that serves it at http://localhost${portOf(address)}.`], footnote,
    };
    case 'no-api': return {
      title: 'This browser has no WebGPU',
      cause: 'Training runs on the graphics card through WebGPU, and this browser does not offer it.',
      steps: adviceNoApi(browser, platform), footnote,
    };
    case 'no-adapter': return {
      title: 'WebGPU is there, but no graphics adapter',
      cause: 'The browser was asked for an adapter and gave none.',
      steps: adviceNoAdapter(browser, platform), footnote,
    };
    case 'limits': return {
      title: 'The graphics adapter is below WebGPU\'s guaranteed limits',
      cause: capability.detail + '.',
      steps: ['Update the graphics driver and the browser.', 'Try another browser or another graphics card.'], footnote,
    };
  }
}

function portOf(address: string): string {
  try {
    const { port, pathname } = new URL(address);
    return (port ? `:${port}` : '') + pathname;
  } catch {
    return '';
  }
}
