/** Modules that the build makes. */

/** The sandbox worker of an engine as the text of a classic script (scripts/vite-sandbox.ts). */
declare module 'virtual:sandbox-worker/*' {
  const script: string;
  export default script;
}
