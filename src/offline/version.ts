/**
 * One build of the page as its files lie in this browser's cache; knows names, sizes and SHA-256, not when it is called.
 *
 * A file is given out only if its bytes have the hash that the build wrote down: what lies in the cache is checked each time it is
 * read, what comes from the network before it is kept. So files of two builds never meet, whatever the host or a proxy answers.
 */

export interface BuiltFile {
  /** Relative to the page, with '/': "assets/index-x.js". */
  path: string;
  sha256: string;
  bytes: number;
  /** Kept with the installation; the others when first used, or when a person asks. */
  core: boolean;
}

/** What the build leaves for the service worker. */
export interface Build { id: string; files: BuiltFile[] }

export interface Kept { id: string; files: number; bytes: number; missing: { path: string; bytes: number }[] }

/** Caches of one origin are shared by its pages: the scope in the name keeps a lab under another path, and any other page, apart. */
export const cachePrefix = (scope: string): string => `batcoder-lab:${scope}:`;

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json', wasm: 'application/wasm', svg: 'image/svg+xml', png: 'image/png', safetensors: 'application/octet-stream',
};

/** Downloads of one file before it counts as not to be had. The second goes past the browser's own cache, which may hold the bad copy. */
const TRIES = ['no-cache', 'reload'] as const;

export class Version {
  readonly cacheName: string;
  readonly #files: Map<string, BuiltFile>;
  readonly #build: Build;
  readonly #scope: string;
  readonly #policy: string;
  readonly #asked: (address: string) => void;

  /** @param scope the page's folder, ending in '/'; @param policy header that goes on programs and pages; @param asked hears every address that is fetched */
  constructor(build: Build, scope: string, policy: string, asked: (address: string) => void) {
    this.#build = build;
    this.#scope = scope;
    this.#policy = policy;
    this.#asked = asked;
    this.#files = new Map(build.files.map(file => [file.path, file]));
    this.cacheName = `${cachePrefix(scope)}v${build.id}`;
  }

  /** The file of the build that an address means, null when it is none: those are left to the network. */
  fileOf(address: string): BuiltFile | null {
    const url = new URL(address);
    const whole = url.origin + url.pathname;
    if (!whole.startsWith(this.#scope)) return null;
    return this.#files.get(decoded(whole.slice(this.#scope.length)) || 'index.html') ?? null;
  }

  /** Keeps every core file, or throws: an installation is whole or is none. What an attempt that was cut off has left is used. */
  async install(): Promise<void> {
    for (const file of this.#build.files) {
      if (!file.core || await this.#cached(file) || await this.#inherited(file)) continue;
      await this.#keep(file, await this.#fetched(file));
    }
  }

  /** The file from the cache, or from the network and then kept; damaged copies are replaced. An answer of 5xx says why there is none. */
  async answer(file: BuiltFile): Promise<Response> {
    const cached = await this.#cached(file).catch(() => null);
    if (cached) return this.#response(file, cached);
    try {
      const bytes = await this.#fetched(file);
      // A full disk takes the copy, not the file.
      await this.#keep(file, bytes).catch(() => undefined);
      return this.#response(file, bytes);
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 504, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    }
  }

  /** What is here and what is not; damaged copies count as missing. */
  async kept(): Promise<Kept> {
    const missing: Kept['missing'] = [];
    let bytes = 0;
    for (const file of this.#build.files) {
      if (await this.#cached(file).catch(() => null)) bytes += file.bytes;
      else missing.push({ path: file.path, bytes: file.bytes });
    }
    return { id: this.#build.id, files: this.#build.files.length - missing.length, bytes, missing };
  }

  /** Deletes the caches of other builds under this scope, and of nobody else. */
  async retireOthers(): Promise<void> {
    for (const name of await caches.keys()) {
      if (name.startsWith(cachePrefix(this.#scope)) && name !== this.cacheName) await caches.delete(name);
    }
  }

  async #cached(file: BuiltFile): Promise<ArrayBuffer | null> {
    const cache = await caches.open(this.cacheName);
    const found = await cache.match(this.#scope + file.path);
    if (!found) return null;
    const bytes = await found.arrayBuffer();
    if (await isOf(file, bytes)) return bytes;
    await cache.delete(this.#scope + file.path);
    return null;
  }

  /** From an older build's cache, where the file has not changed: saves its download. */
  async #inherited(file: BuiltFile): Promise<boolean> {
    for (const name of await caches.keys()) {
      if (!name.startsWith(cachePrefix(this.#scope)) || name === this.cacheName) continue;
      const bytes = await (await caches.open(name)).match(this.#scope + file.path).then(found => found?.arrayBuffer());
      if (bytes && await isOf(file, bytes)) {
        await this.#keep(file, bytes);
        return true;
      }
    }
    return false;
  }

  /** @throws with a reason when the network has it not, or has other bytes than this build's */
  async #fetched(file: BuiltFile): Promise<ArrayBuffer> {
    let reason = '';
    for (const cache of TRIES) {
      const address = this.#scope + file.path;
      this.#asked(address);
      try {
        const response = await fetch(address, { cache, credentials: 'same-origin', redirect: 'error' });
        if (!response.ok) throw new Error(`the host answered with status ${response.status}`);
        const bytes = await response.arrayBuffer();
        if (await isOf(file, bytes)) return bytes;
        reason = 'the host has other bytes than this build, perhaps a newer version';
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    throw new Error(`${file.path} could not be loaded: ${reason}. Nothing of another version was used instead; connect to the network, or reload when the run has ended.`);
  }

  async #keep(file: BuiltFile, bytes: ArrayBuffer): Promise<void> {
    await (await caches.open(this.cacheName)).put(this.#scope + file.path, this.#response(file, bytes));
  }

  #response(file: BuiltFile, bytes: ArrayBuffer): Response {
    const type = TYPES[file.path.slice(file.path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const headers: Record<string, string> = { 'Content-Type': type, 'Content-Length': String(bytes.byteLength), 'X-Content-Type-Options': 'nosniff' };
    // A host without headers gains the policy here, on pages and on programs.
    if (/^text\/(html|javascript)/.test(type)) headers['Content-Security-Policy'] = this.#policy;
    return new Response(bytes, { headers });
  }
}

async function isOf(file: BuiltFile, bytes: ArrayBuffer): Promise<boolean> {
  if (bytes.byteLength !== file.bytes) return false;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('') === file.sha256;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
