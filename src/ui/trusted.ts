/** The page's one Trusted Types policy: which addresses may become programs, and the one text that may become a document. */
import SANDBOX from '../sandbox/sandbox.html?raw';

/** Named in the page's Content-Security-Policy, which allows no other. */
export const POLICY = 'batcoder-scripts';

interface Rules { createScriptURL(address: string): string; createHTML(text: string): string }
interface Policy { createScriptURL(address: string): unknown; createHTML(text: string): unknown }
declare global {
  interface Window { trustedTypes?: { createPolicy(name: string, rules: Rules): Policy } }
}

let policy: Policy | null | undefined;

/** A blob: can only have been made by this page; of files, only the service worker's own is a program by its address. */
function check(address: string): string {
  const own = new URL('./', document.baseURI);
  if (address.startsWith(`blob:${own.origin}/`) || address === new URL('sw.js', own).href) return address;
  throw new TypeError(`This page starts no program from ${address.slice(0, 200)}.`);
}

/** The address, stamped for the browsers that ask for it and checked in all. @throws TypeError for an address that is not the page's own program */
export function trustedScript(address: string): unknown {
  policy ??= create();
  return policy ? policy.createScriptURL(address) : check(address);
}

/** The sandbox's document, stamped for the browsers that ask for it; no other text becomes one. */
export function trustedFrame(): unknown {
  policy ??= create();
  return policy ? policy.createHTML('') : SANDBOX;
}

function create(): Policy | null {
  return globalThis.window?.trustedTypes?.createPolicy(POLICY, { createScriptURL: check, createHTML: () => SANDBOX }) ?? null;
}
