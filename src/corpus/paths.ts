/** Knows which path names are safe to show and keep, and which folders and names are not a person's own code; reads no file. */

const NEEDS_ESCAPE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * A path made safe: NFC, control and bidirectional characters written as `\u{202e}`. null for what must be refused: empty,
 * absolute, with a drive letter, a NUL, a back slash, or a `.` or `..` segment.
 */
export function safePath(path: string): string | null {
  if (path === '' || path.length > 1024 || path.startsWith('/') || /^[A-Za-z]:/.test(path) || /[\0\\]/.test(path)) return null;
  if (path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) return null;
  return path.normalize('NFC').replace(NEEDS_ESCAPE, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** Folders of other people's code, of tools and of caches: never looked into. */
const VENDOR = new Set(['node_modules', 'bower_components', 'jspm_packages', 'vendor', 'third_party', 'third-party', 'site-packages', '__pycache__',
  'venv', '.venv', '.tox', '.nox', '.eggs', '.git', '.hg', '.svn', '.bzr', '.idea', '.vscode', '.gradle', '.cargo', '.bundle', '.next', '.nuxt',
  '.svelte-kit', '.cache', '.parcel-cache', '.turbo', '.yarn', '.pnpm-store', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.ipynb_checkpoints',
  '.terraform', '.dart_tool', 'pods', 'deriveddata', 'target', 'coverage', '.nyc_output', '.aws', '.ssh', '.gnupg']);

/** Folders a build writes. Read only when a folder has no source outside them, as published packages do. */
const BUILD = new Set(['dist', 'build', 'out', '_build', 'cjs', 'esm', 'umd']);

/** What a folder's name says about everything in it. */
export function folderKind(name: string): 'vendor' | 'build' | 'own' {
  const lower = name.toLowerCase();
  return VENDOR.has(lower) || lower.endsWith('.egg-info') || lower.endsWith('.xcodeproj') ? 'vendor' : BUILD.has(lower) ? 'build' : 'own';
}

const LOCK = /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|composer\.lock|gemfile\.lock|cargo\.lock|poetry\.lock|pdm\.lock|uv\.lock|pipfile\.lock|go\.sum|flake\.lock|mix\.lock|podfile\.lock|packages\.lock\.json|gradle\.lockfile)$/i;
const SECRET = /^(?:\.env(?:\..+)?|.+\.env|.*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|ovpn)|id_(?:rsa|dsa|ecdsa|ed25519).*|\.npmrc|\.pypirc|\.netrc|_netrc|\.htpasswd|\.pgpass|\.my\.cnf|\.dockercfg|\.dockerconfigjson|\.git-credentials|credentials(?:\..*)?|secrets?\.(?:json|ya?ml|toml|ini|properties|txt)|service[-_]?account.*\.json|.*\.tfvars|.*\.tfstate.*|kubeconfig|htpasswd|wallet\.dat|\.\w+_history)$/i;
const GENERATED = /(?:[.-]min\.[cm]?js|\.bundle\.[cm]?js|\.chunk\.[cm]?js|_pb2(?:_grpc)?\.py|\.pb\.(?:go|cc|h)|_pb\.(?:js|ts|rb)|\.g\.[a-z]+|\.generated\.[a-z]+|\.designer\.[a-z]+|_generated\.go)$/i;
const ARCHIVE = /\.(?:zip|jar|war|ear|whl|egg|gem|nupkg|apk|tar|tgz|gz|bz2|xz|zst|7z|rar)$/i;

/** Why a file is left out by its name alone; null when its name says nothing against it. */
export function leftOutByName(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (SECRET.test(name) && !/^\.env\.(?:example|sample|template)$/i.test(name)) return 'secret file (by name)';
  if (LOCK.test(name)) return 'lock file';
  if (GENERATED.test(name)) return 'minified or generated';
  if (ARCHIVE.test(name)) return 'archive inside';
  if (/\.d\.[cm]?ts$/i.test(name)) return 'type declarations only';
  return null;
}
