/** Where the page lies; files beside it are found from here under any path. */

/** The page's address without file name, query and hash. */
export function pageBase(): string { return new URL('./', document.baseURI).href; }
