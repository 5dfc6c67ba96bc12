/** Types of security-policy.mjs. */
export const frameHash: string;
export declare const metaPolicy: string;
export declare const headerPolicy: string;
export declare const securityHeaders: Record<string, string>;
