/** A GPU for scripts in Node, through Dawn's `webgpu` package; knows no browser. */
import { labError } from '../src/types';

/** Dawn's instance must outlive its devices, which do not hold it. */
const instances: GPU[] = [];

/**
 * Node's WebGPU entry point on the machine's Vulkan driver. VK_ICD_FILENAMES chooses the driver (lavapipe 25 is the
 * fastest software one). Throws WebGPUUnavailable when the package or the Vulkan loader is missing.
 */
export async function nodeGpu(): Promise<GPU> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const instance = create(['backend=vulkan']);
    instances.push(instance);
    return instance;
  } catch (error) {
    throw labError('WebGPUUnavailable', `Node has no WebGPU here: ${String(error)}. Install a Vulkan driver and its loader (libvulkan1), or use the commands that drive a browser.`);
  }
}
