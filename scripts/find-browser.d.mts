/** Types of find-browser.mjs. */
export declare function findBrowser(tell?: (line: string) => void): Promise<{ executablePath: string; source: string; adapter: string }>;
