/** Whether this browser can train and, if not, why and what to do; knows nothing of how it is shown. */
import { adviceGone, adviceNoAdapter, adviceNoApi, detect } from './browser_support';

export type Capability =
  | { kind: 'checking' }
  | { kind: 'ready'; name: string; software: boolean; f16: boolean; bufferLimit: number; timestamps: boolean }
  | { kind: 'insecure' | 'no-api' | 'no-adapter' | 'gone' | 'limits'; detail: string };

/** What the check looks at; the page hands in its own globals, a test hands in others. */
export interface Surroundings {
  secure: boolean;
  gpu: Pick<GPU, 'requestAdapter'> | undefined;
  /** The adapter that this tab had before, if it had one: what is missing now has gone since. */
  earlier?: string | undefined;
}

/** The limits the engine counts on: WebGPU's guaranteed defaults. Never more is asked of a device than its adapter offers. */
const NEEDED = { maxStorageBuffersPerShaderStage: 8, maxStorageBufferBindingSize: 128 * 1024 * 1024, maxComputeWorkgroupStorageSize: 16_384 } as const;

/** Checks in the order in which causes hide each other: secure context, API, adapter, limits. Never throws. */
export async function checkCapability({ secure, gpu, earlier }: Surroundings): Promise<Capability> {
  if (!gpu) return secure ? { kind: 'no-api', detail: 'navigator.gpu is absent' } : { kind: 'insecure', detail: 'not a secure context' };
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return { kind: 'no-adapter', detail: error instanceof Error ? error.message : String(error) };
  }
  if (!adapter) return earlier ? { kind: 'gone', detail: `requestAdapter() gave null; earlier in this tab: ${earlier}` } : { kind: 'no-adapter', detail: 'requestAdapter() gave null' };
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

export type Missing = Extract<Capability, { detail: string }>;

/** What is missing, and what to do about it in this browser on this system, the likeliest first. */
export interface Help { title: string; cause: string; steps: string[] }

/** The words for a cause; what became of the runs is said beside them. */
export function helpFor(capability: Missing, userAgent: string, address: string): Help {
  const { browser, platform } = detect(userAgent);
  switch (capability.kind) {
    case 'insecure': return {
      title: 'This address is not secure, so the browser hides WebGPU',
      cause: 'Browsers offer WebGPU on https pages and on localhost only; this page came by plain http from another machine.',
      steps: ['Open this page by https.', `Or open it on the machine that serves it, at http://localhost${portOf(address)}.`],
    };
    case 'no-api': return {
      title: 'This browser has no WebGPU',
      cause: 'Training runs on the graphics card through WebGPU, and this browser does not offer it.',
      steps: adviceNoApi(browser, platform),
    };
    case 'no-adapter': return {
      title: 'WebGPU is there, but no graphics adapter',
      cause: 'The browser has WebGPU, was asked for an adapter and gave none: the graphics card is switched off for pages, blocked, or not there.',
      steps: adviceNoAdapter(browser, platform),
    };
    case 'gone': return {
      title: 'The browser gives no graphics adapter any more',
      cause: 'This tab had one before. After a few crashes of its graphics process a browser stops giving adapters until it is restarted.',
      steps: adviceGone(browser),
    };
    case 'limits': return {
      title: 'The graphics adapter is below WebGPU\'s guaranteed limits',
      cause: `The engine counts on what every WebGPU adapter guarantees, and this one gives less: ${capability.detail}.`,
      steps: ['Update the graphics driver and the browser.', 'If the computer has two graphics cards, let the browser use the stronger one (the system\'s graphics settings).', 'Or try another browser.'],
    };
  }
}

/** A software adapter trains, slowly: the same words for the one cause that stops nothing. */
export const SOFTWARE_HELP: Help = {
  title: 'This adapter is software',
  cause: 'The processor does the work of a graphics card. Everything works, many times slower.',
  steps: ['The Demo preset with fewer updates is the right size here.'],
};

function portOf(address: string): string {
  try {
    const { port, pathname } = new URL(address);
    return (port ? `:${port}` : '') + pathname;
  } catch {
    return '';
  }
}
