/** Counts what the page, its workers and its service worker asked for since it opened; knows addresses, not answers. */
import { signal } from '@preact/signals';
import { pageBase } from './base';

export interface Requests {
  count: number;
  /** Addresses outside the page's own folder; expected to stay empty. */
  foreign: string[];
  /** When the newest was seen, ms since 1970; 0 before the first. */
  last: number;
}

export const requests = signal<Requests>({ count: 0, foreign: [], last: 0 });

/** Adds addresses that were asked for; blob: and data: are read from memory and ask nobody. */
export function noteRequests(addresses: readonly string[]): void {
  const asked = addresses.filter(address => !/^(blob|data):/.test(address));
  if (asked.length === 0) return;
  const { count, foreign } = requests.peek();
  const own = pageBase();
  requests.value = { count: count + asked.length, foreign: [...foreign, ...asked.filter(address => !address.startsWith(own))].slice(0, 20), last: Date.now() };
}

/** Counts the page's own from now on, those before included; the page itself is the first. */
export function watchRequests(): void {
  if (typeof PerformanceObserver === 'undefined') return;
  noteRequests([location.href]);
  new PerformanceObserver(list => { noteRequests(list.getEntries().map(entry => entry.name)); }).observe({ type: 'resource', buffered: true });
}
