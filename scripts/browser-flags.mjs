/** The flags under which a headless Chromium has WebGPU; knows nothing of where a browser is. */

/** `--enable-unsafe-webgpu` is the one that matters: without it `requestAdapter()` gives null on a machine without a GPU. */
export const browserFlags = [
  // Chromium refuses its sandbox as root and in most containers.
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A machine with a GPU may need more, for instance BATCODER_CHROME_FLAGS="--enable-features=Vulkan --use-angle=vulkan".
  ...(process.env.BATCODER_CHROME_FLAGS ?? '').split(/\s+/).filter(Boolean),
];
