/** Asks this browser for an adapter, at the start and again when a person or a lost device wants it; remembers in the tab that there was one. */
import { checkCapability } from './capability';
import { capability } from './state';

/** Lives as long as the tab: what a restarted browser gives is for the restarted browser to say. */
const KEY = 'batcoder.adapter';

export async function probeCapability(): Promise<void> {
  const found = await checkCapability({ secure: isSecureContext, gpu: navigator.gpu, earlier: remembered() });
  if (found.kind === 'ready') remember(found.name);
  capability.value = found;
}

function remembered(): string | undefined {
  try { return sessionStorage.getItem(KEY)?.slice(0, 120) ?? undefined; } catch { return undefined; } // site data blocked
}

function remember(name: string): void {
  try { sessionStorage.setItem(KEY, name); } catch { /* as above */ }
}
