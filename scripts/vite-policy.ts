/** Puts the Content-Security-Policy into the built index.html and refuses a build that would break it; knows no view. */
import type { Plugin } from 'vite';
import { metaPolicy } from './security-policy.mjs';

/** Hosts that may stand in the bundle as text: names of XML languages and of the page's own documentation links, never fetched. */
const namespaces = /^https?:\/\/(www\.w3\.org|localhost|127\.0\.0\.1)\b/;
/** Calls that no policy stops, or that send things away. */
const refused = ['RTCPeerConnection', 'sendBeacon', 'dns-prefetch'];

/**
 * The policy goes first in the head, so that nothing is loaded before it holds. The build fails on an inline script, an
 * inline style, a foreign address in the HTML, or a refused call in a chunk.
 */
export function policy(): Plugin {
  return {
    name: 'policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        // The one written by the build is the one that counts.
        const rest = html.replace(/\s*<meta[^>]*http-equiv=["']?Content-Security-Policy["']?[^>]*>/gi, '');
        const inline = /<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son\w+=/i.exec(rest);
        if (inline !== null) throw new Error(`index.html has inline code or style, which the policy refuses: ${inline[0]}`);
        const foreign = /(?:src|href)=["'](?:https?:)?\/\/[^"']*/i.exec(rest);
        if (foreign !== null && !namespaces.test(foreign[0])) throw new Error(`index.html names a foreign address: ${foreign[0]}`);
        const meta = `<meta http-equiv="Content-Security-Policy" content="${metaPolicy}">`;
        // After the charset, which has to stand in the first kilobyte, before everything that loads.
        return rest.replace(/<head>(\s*<meta\s+charset=[^>]*>)?/i, (head) => `${head}\n    ${meta}`);
      },
    },
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        for (const word of refused) {
          if (file.code.includes(word)) throw new Error(`${file.fileName} contains ${word}, which can reach outside the page's own files.`);
        }
      }
    },
  };
}
