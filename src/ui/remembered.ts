/** Small choices kept per browser, as text by key; where site data is blocked they are just not remembered. Keys begin with `batcoder`: see erase. */

/** null = nothing is kept, or nothing can be. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Blocked or full: it counts until the page is closed.
  }
}
