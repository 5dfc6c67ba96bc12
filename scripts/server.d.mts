/** Types of server.mjs. */
export declare function serve(options: {
  folder: string;
  port?: number;
  prefix?: string;
  headers?: Record<string, string>;
  onRequest?: (path: string, status: number) => void;
}): Promise<{ url: string; port: number; close: () => Promise<void> }>;
