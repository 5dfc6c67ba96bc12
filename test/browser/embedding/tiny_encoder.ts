/**
 * A tiny encoder as a model folder, and what it must give, worked out apart from it. The ONNX file is written here byte by byte after
 * onnx.proto (onnx/onnx, IR version 8, operator set 13): last_hidden_state = Tanh(Gather(table, input_ids) W) * attention_mask.
 */

export const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'function', 'return', 'add', 'sub', 'a', 'b', '(', ')', '{', '}', ',', '+', '-', ';'];
export const WIDTH = 5;

/** Fixed numbers without a pattern that pooling could hide. */
const numbers = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 1.7);
const TABLE = numbers(WORDS.length * WIDTH, 1);
const MIX = numbers(WIDTH * WIDTH, 2);

// ---- what it must give ---------------------------------------------------------------------------------------------------

/** Words and runs of marks, with [CLS] before and [SEP] after, cut at `longest`. */
export function tokensOf(text: string, longest = Infinity): number[] {
  const pieces = text.match(/\w+|[^\w\s]+/g) ?? [];
  return ['[CLS]', ...pieces, '[SEP]'].map((piece) => Math.max(WORDS.indexOf(piece), WORDS.includes(piece) ? 0 : 1)).slice(0, longest);
}

/** Mean over the tokens of tanh(row W), at length 1, in double precision. */
export function expectedVector(text: string, longest = Infinity): number[] {
  const tokens = tokensOf(text, longest), sum = new Array<number>(WIDTH).fill(0);
  for (const token of tokens) {
    for (let k = 0; k < WIDTH; k++) {
      let state = 0;
      for (let j = 0; j < WIDTH; j++) state += TABLE[token * WIDTH + j]! * MIX[j * WIDTH + k]!;
      sum[k]! += Math.tanh(state);
    }
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

// ---- protocol buffers ----------------------------------------------------------------------------------------------------

type Bytes = number[];
const varint = (value: number): Bytes => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]);
const int = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
const block = (field: number, bytes: ArrayLike<number>): Bytes => [...varint(field * 8 + 2), ...varint(bytes.length), ...Array.from(bytes)];
const text = (field: number, value: string): Bytes => block(field, new TextEncoder().encode(value));

const FLOAT = 1, INT64 = 7;
const tensor = (name: string, type: number, dims: number[], raw: Uint8Array): Bytes => [...dims.flatMap((dim) => int(1, dim)), ...int(2, type), ...text(8, name), ...block(9, raw)];
const raw = (values: Float32Array | BigInt64Array): Uint8Array => new Uint8Array(values.buffer);
/** A number is a fixed dimension, a name a free one. */
const port = (name: string, type: number, dims: (number | string)[]): Bytes => [
  ...text(1, name),
  ...block(2, block(1, [...int(1, type), ...block(2, dims.flatMap((dim) => block(1, typeof dim === 'number' ? int(1, dim) : text(2, dim))))])),
];
const attribute = (name: string, value: number): Bytes => block(5, [...text(1, name), ...int(3, value), ...int(20, 2)]);
const node = (op: string, inputs: string[], output: string, attributes: Bytes = []): Bytes => block(1, [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, op), ...attributes]);

/** The encoder's ONNX file. @param output its name for the states */
export function onnxModel(output = 'last_hidden_state'): Uint8Array<ArrayBuffer> {
  const graph = [
    ...node('Gather', ['table', 'input_ids'], 'rows'),
    ...node('MatMul', ['rows', 'mix'], 'mixed'),
    ...node('Tanh', ['mixed'], 'states'),
    ...node('Cast', ['attention_mask'], 'mask', attribute('to', FLOAT)),
    ...node('Unsqueeze', ['mask', 'last'], 'column'),
    ...node('Mul', ['states', 'column'], output),
    ...text(2, 'tiny'),
    ...block(5, tensor('table', FLOAT, [WORDS.length, WIDTH], raw(TABLE))),
    ...block(5, tensor('mix', FLOAT, [WIDTH, WIDTH], raw(MIX))),
    ...block(5, tensor('last', INT64, [1], raw(BigInt64Array.of(2n)))),
    ...block(11, port('input_ids', INT64, ['batch', 'time'])),
    ...block(11, port('attention_mask', INT64, ['batch', 'time'])),
    ...block(12, port(output, FLOAT, ['batch', 'time', WIDTH])),
  ];
  return Uint8Array.from([...int(1, 8), ...text(2, 'tiny_encoder'), ...block(7, graph), ...block(8, [...text(1, ''), ...int(2, 13)])]);
}

export const CONFIG = { model_type: 'bert', architectures: ['BertModel'], hidden_size: WIDTH, vocab_size: WORDS.length, max_position_embeddings: 32, num_hidden_layers: 1, num_attention_heads: 1 };

export const TOKENIZER = {
  version: '1.0', truncation: null, padding: null, normalizer: null, decoder: null,
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
  },
  // Without a single continuation such as ##s, a word is in the vocabulary as a whole or unknown.
  model: { type: 'WordPiece', vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])), unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
};

/** Its files as a folder input gives them; `changes` replaces or adds files by path, null takes one away. */
export function encoderFiles(changes: Record<string, BlobPart | null> = {}, root = 'tiny/'): File[] {
  const files: Record<string, BlobPart | null> = { 'config.json': JSON.stringify(CONFIG), 'tokenizer.json': JSON.stringify(TOKENIZER), 'onnx/model.onnx': onnxModel(), ...changes };
  return Object.entries(files).flatMap(([path, content]) => {
    if (content === null) return [];
    const file = new File([content], path.split('/').at(-1)!);
    Object.defineProperty(file, 'webkitRelativePath', { value: root === '' ? '' : root + path });
    return [file];
  });
}
