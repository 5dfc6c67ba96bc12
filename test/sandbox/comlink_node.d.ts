/** The types of comlink's Node adapter for the file name that Node itself resolves. */
declare module 'comlink/dist/esm/node-adapter.mjs' {
  export { default } from 'comlink/dist/esm/node-adapter';
}
