/** What the reasons for leaving things out mean and what a person can do about them; decides nothing. */

const MEANING: Record<string, string> = {
  'ignored by .gitignore': 'A line of an ignore file names it. To have it read, change that line and drop the folder again.',
  'vendor or tool folder': 'Other people\'s code, a tool\'s or a cache: its name says so, and it is not looked into. To learn from it, drop that folder itself.',
  'build folder': 'Made by a build from sources that are here too. To learn from it, drop that folder itself.',
  binary: 'It is not text.',
  'too large': 'Larger than a file a person writes.',
  'too deep': 'Below more folders than are walked. Drop a folder further down.',
  secret: 'It holds, or is by its name, something that looks like a key or a password. A model can learn such a thing by heart, so the whole file stays out. If it is a false alarm, change the value and drop the folder again.',
  'minified or generated': 'Its lines are too long to be written by hand, or its head says that a tool made it.',
  'lock file': 'A list of versions that a tool keeps.',
  'no supported language': 'Neither its name nor its first line is of a language that is read here.',
  'grammar not available': 'The grammar of its language could not be loaded. Reload the page while its files can be reached.',
  'over the cap': 'So much text is not read at once. Drop a smaller folder, or read the rest too.',
  'over the cap on entries': 'So many files are not looked at. Drop a smaller folder, or read the rest too.',
  'not read any more': 'You ended the reading before it.',
  'unsafe name': 'Its name could lead outside of the folder or hide what it is.',
  'same name twice': 'Another file has the same name once it is written in one form.',
  'archive inside': 'Archives inside are not unpacked. Unpack it and drop what is in it.',
  'type declarations only': 'It declares functions and has none.',
  'could not be read': 'The browser could not read it.',
  'damaged archive entry': 'Its bytes do not fit what the archive says of it.',
  encrypted: 'It is encrypted in the archive.',
  link: 'It is a link, not a file.',
  'unknown compression': 'It is packed in a way that is not unpacked here.',
  'unpacks to too much': 'It would unpack to more than a hundred times its size.',
  'too long': 'The function is longer than 20,000 characters.',
  'does not parse': 'Its grammar finds an error in it.',
  'no body': 'It is declared here and has no code.',
  copy: 'The same tokens stand elsewhere; the first stays.',
  'near-copy': 'Nearly the same code stands elsewhere; the first stays.',
  'near-copy of a function for training': 'It was to be held out, but training has nearly the same: it would be no test.',
};

/** One sentence or two; '' for a reason without more to say. */
export function meaningOf(reason: string): string {
  return MEANING[reason.startsWith('secret') ? 'secret' : reason.replace(/^function: /, '')] ?? '';
}

/** What to do when nothing was found, by what was most in the way. */
export function adviceFor(leftOut: readonly { reason: string; count: number }[]): string {
  const files = leftOut.filter(entry => !entry.reason.startsWith('function: '));
  if (files.length === 0) return 'The folder is empty, or the browser gave the page nothing of it. Choose another one.';
  const most = files.reduce((best, entry) => (entry.count > best.count ? entry : best)).reason;
  if (leftOut.some(entry => entry.reason === 'function: does not parse')) return 'There are sources, but no function of them parses. Check that the files are whole and their endings name their language.';
  if (most === 'ignored by .gitignore') return 'Nearly everything is named by an ignore file. Drop a folder of sources, or change the ignore file.';
  if (most === 'binary') return 'These are files of bytes, not of text. Drop the folder that holds the sources.';
  if (most === 'vendor or tool folder') return 'Only folders of other people\'s code were found. Drop such a folder itself to learn from it.';
  if (most === 'no supported language') return 'JavaScript, TypeScript, Python, Ruby, Go, Rust, Java, C, C++, PHP and Lua are read. Drop a folder with sources in one of them.';
  return 'The files below say why each was left out.';
}
