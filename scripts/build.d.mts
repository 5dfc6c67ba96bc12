/** Types of build.mjs. */
export declare const root: string;
export declare const dist: string;
export declare function ensureBuilt(): Promise<boolean>;
