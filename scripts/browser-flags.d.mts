/** Types of browser-flags.mjs. */
export declare const browserFlags: string[];
