/** Files out of the page: downloads, base64 for scripts. Knows no run. */
import { labError } from '../types';
import type { ExportFile } from './actions';

/** Starts a download. The address is freed after the browser had time to take it. */
export function download(file: ExportFile, type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([file.bytes], { type }));
  const link = document.createElement('a');
  link.href = url;
  // A path in a download name is refused or flattened differently by every browser.
  link.download = file.name.replaceAll('/', '-');
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 with padding (RFC 4648). In slices: spreading a whole file into one call overflows the stack. */
export function toBase64(bytes: Uint8Array): string {
  const slice = 3 * 8192;
  let out = '';
  for (let start = 0; start < bytes.length; start += slice) {
    let part = '';
    const end = Math.min(bytes.length, start + slice);
    for (let i = start; i < end; i += 3) {
      const a = bytes[i]!;
      const b = i + 1 < bytes.length ? bytes[i + 1]! : 0;
      const c = i + 2 < bytes.length ? bytes[i + 2]! : 0;
      part += ALPHABET[a >> 2]! + ALPHABET[((a & 3) << 4) | (b >> 4)]!;
      part += i + 1 < bytes.length ? ALPHABET[((b & 15) << 2) | (c >> 6)]! : '=';
      part += i + 2 < bytes.length ? ALPHABET[c & 63]! : '=';
    }
    out += part;
  }
  return out;
}

/** Bytes of standard base64. @throws BadInput for any other character or a length that is no multiple of four */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw labError('BadInput', 'The base64 text is cut short. Nothing was read; encode the file again.');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const out = new Uint8Array(text.length / 4 * 3 - padding);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) throw labError('BadInput', 'The base64 text holds a character that does not belong there. Nothing was read; encode the file again.');
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) { bits -= 8; out[at++] = (held >> bits) & 255; }
  }
  return out;
}

const VALUES: Int8Array = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** A name for a file from a name a person gave: letters, digits, dots and dashes. */
export function fileName(name: string, ending: string): string {
  const plain = name.normalize('NFKD').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 60);
  return `${plain || 'batcoder'}${ending}`;
}
