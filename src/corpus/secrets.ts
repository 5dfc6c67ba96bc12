/** Knows what keys, tokens and passwords look like in text; knows nothing of files or of what is done with them. */

interface Pattern { name: string; pattern: RegExp }

/** Shapes that issuers document for their tokens. Named so that a person can see why a file was left out. */
const PATTERNS: Pattern[] = [
  { name: 'private key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|["'`+,;\s]|Proc-Type:[^\n]*|DEK-Info:[^\n]*|Version:[^\n]*)*[A-Za-z0-9+/=]{24}/ },
  { name: 'age key', pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/ },
  { name: 'AWS access key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/ },
  { name: 'AWS secret key', pattern: /aws.{0,20}?(?:secret|key).{0,20}?["'=:\s][A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/i },
  { name: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  { name: 'GitHub token', pattern: /\bgithub_pat_[A-Za-z0-9_]{40,}\b/ },
  { name: 'GitLab token', pattern: /\bgl(?:pat|dt|rt|ptt|soat|cbt|imt|ft|agent)-[A-Za-z0-9_-]{20,}/ },
  { name: 'Bitbucket or Atlassian token', pattern: /\bAT(?:ATT|BB|CTT)[A-Za-z0-9_=-]{28,}/ },
  { name: 'Slack token', pattern: /\bxox[abeoprs]-(?:\d+-)?[A-Za-z0-9-]{10,}/ },
  { name: 'Slack app token', pattern: /\bxapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{16,}/ },
  { name: 'Slack webhook', pattern: /hooks\.slack\.com\/(?:services|workflows)\/T[A-Za-z0-9_/]{20,}/ },
  { name: 'Discord webhook', pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{16,20}\/[\w-]{60,}/ },
  { name: 'Discord bot token', pattern: /\b[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,}\b/ },
  { name: 'Telegram bot token', pattern: /\b\d{8,10}:AA[\w-]{33}\b/ },
  { name: 'Stripe key', pattern: /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,}/ },
  { name: 'Stripe webhook secret', pattern: /\bwhsec_[A-Za-z0-9]{28,}/ },
  { name: 'Square token', pattern: /\b(?:sq0[a-z]{3}-[\w-]{22,}|EAAA[a-zA-Z0-9_-]{58,})/ },
  { name: 'PayPal or Braintree token', pattern: /\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}\b/ },
  { name: 'Shopify token', pattern: /\bshp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}\b/ },
  { name: 'Google API key', pattern: /\bAIza[\w-]{35}(?![\w-])/ },
  { name: 'Google OAuth secret', pattern: /\bGOCSPX-[\w-]{28}/ },
  { name: 'Google OAuth token', pattern: /\bya29\.[\w-]{30,}/ },
  { name: 'Firebase server key', pattern: /\bAAAA[\w-]{7}:[\w-]{140}/ },
  { name: 'OpenAI key', pattern: /\bsk-(?:proj-|svcacct-|admin-)?[\w-]*T3BlbkFJ[\w-]{20,}|\bsk-(?:proj|svcacct|admin)-[\w-]{40,}|\bsk-[A-Za-z0-9]{48}\b/ },
  { name: 'Anthropic key', pattern: /\bsk-ant-[a-z0-9]+-[\w-]{40,}/ },
  { name: 'Hugging Face token', pattern: /\b(?:hf|api_org)_[A-Za-z]{34}\b/ },
  { name: 'Replicate token', pattern: /\br8_[A-Za-z0-9]{37}\b/ },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*[\w-]{20,}/ },
  { name: 'PyPI token', pattern: /\bpypi-AgE[\w-]{50,}/ },
  { name: 'RubyGems key', pattern: /\brubygems_[a-f0-9]{48}\b/ },
  { name: 'Docker token', pattern: /\bdckr_(?:pat|oat)_[\w-]{27,}/ },
  { name: 'SendGrid key', pattern: /\bSG\.[\w-]{22}\.[\w-]{43}/ },
  { name: 'Mailgun key', pattern: /\bkey-[a-f0-9]{32}\b/ },
  { name: 'Mailchimp key', pattern: /\b[a-f0-9]{32}-us\d{1,2}\b/ },
  { name: 'Twilio key', pattern: /\bSK[a-f0-9]{32}\b/ },
  { name: 'DigitalOcean token', pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/ },
  { name: 'Heroku key', pattern: /\bHRKU-[\w-]{36,}/ },
  { name: 'Azure storage key', pattern: /AccountKey=[A-Za-z0-9+/]{80,}={0,2}/ },
  { name: 'Azure signature', pattern: /[?&]sig=[A-Za-z0-9%]{40,}/ },
  { name: 'Databricks token', pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/ },
  { name: 'Vault token', pattern: /\bhv[sbr]\.[\w-]{24,}/ },
  { name: 'Terraform token', pattern: /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/ },
  { name: 'Grafana token', pattern: /\bgl(?:c|sa)_[A-Za-z0-9+/=_]{32,}/ },
  { name: 'New Relic key', pattern: /\bNRAK-[A-Z0-9]{27}\b/ },
  { name: 'Postman key', pattern: /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/ },
  { name: 'PlanetScale token', pattern: /\bpscale_(?:tkn|pw|oauth)_[\w.-]{32,}/ },
  { name: 'Linear key', pattern: /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/ },
  { name: 'Notion token', pattern: /\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}\b)/ },
  { name: 'Doppler token', pattern: /\bdp\.(?:pt|st|ct|sa|scim)\.[\w.-]{40,}/ },
  { name: 'Dropbox token', pattern: /\bsl\.[\w-]{130,}/ },
  { name: 'Supabase token', pattern: /\bsb[ps]_[a-f0-9]{40}\b/ },
  { name: 'JSON web token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/ },
];

const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{2,15}:\/\/[^\s/:@'"`<>]{1,64}:([^\s/@'"`<>{}$]{8,128})@([^\s/'"`<>]+)/gi;
const ASSIGNED = /(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|encryption[_-]?key|client[_-]?secret|credentials?)["'\]]{0,2}\s*(?::\s*[\w<>]{1,12}\s*)?(?::=|=>|[=:,(])\s*(?:[a-z]{1,2})?["'`]([^\s"'`]{16,200})["'`]/gi;
const PLACEHOLDER = /example|sample|changeme|placeholder|dummy|redacted|your[-_]|xxxx|0000|1234567|abcdef|test|fake|lorem|\.\.\.|<|>|\$\{|%\(|\{\{|process\.env|https?:|[\\/]\w+[\\/]/i;

/** Shannon entropy of a string's characters, in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

/** Random enough for a key: letters and digits mixed, 3.4 bits a character or more (English words have less at this length). */
function looksRandom(value: string, bits: number): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= bits && !PLACEHOLDER.test(value) && !/^[a-z]+(?:[-_.][a-z]+)*\d{0,2}$/i.test(value);
}

/**
 * The kind of the first secret in a text, null when there is none. About fifty token shapes, passwords in URLs, and values of
 * high entropy assigned to something called a password, secret, token or key. It errs towards leaving a file out.
 */
export function findSecret(text: string): string | null {
  for (const { name, pattern } of PATTERNS) if (pattern.test(text)) return name;
  for (const [, password, host] of text.matchAll(URL_PASSWORD)) {
    if (!/^(?:localhost|127\.|example\.|[\w.-]*\.example\b|[\w.-]*example\.(?:com|org|net)\b|host\b|test\b)/i.test(host) && looksRandom(password, 2.75)) return 'password in a URL';
  }
  for (const [, value] of text.matchAll(ASSIGNED)) if (looksRandom(value, 3.4)) return 'password or key (by entropy)';
  return null;
}
