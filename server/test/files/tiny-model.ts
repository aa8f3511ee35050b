/**
 * A model of 3 dimensions that fits into a test: a table from words to vectors, as ONNX (https://onnx.ai/onnx/repo-docs/IR.html,
 * written by hand: fields of protocol buffers) with the tokenizer and configuration that belong to it.
 */

const words: Readonly<Record<string, readonly number[]>> = {
  "[PAD]": [0, 0, 0],
  "[UNK]": [0, 0, 1],
  "[CLS]": [0, 0, 0],
  "[SEP]": [0, 0, 0],
  costs: [1, 0, 0],
  prices: [0.9, 0.1, 0],
  weather: [0, 1, 0],
};

const [FLOAT, INT64] = [1, 7];

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field << 3), ...varint(value)]);
const bytes = (field: number, ...parts: (Buffer | string)[]): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
};

const shaped = (name: string, type: number, dims: readonly (string | number)[]): Buffer => {
  const shape = dims.map((dim) => bytes(1, typeof dim === "string" ? bytes(2, dim) : number(1, dim)));
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, number(1, type), bytes(2, ...shape)))]);
};

function weights(): Buffer {
  const table = Object.values(words);
  const raw = Buffer.from(Float32Array.from(table.flat()).buffer);
  const tensor = [number(1, table.length), number(1, 3), number(2, FLOAT), bytes(8, "table"), bytes(9, raw)];
  const gather = [bytes(1, "table"), bytes(1, "input_ids"), bytes(2, "last_hidden_state"), bytes(4, "Gather")];
  const graph = [
    ...[bytes(1, ...gather), bytes(2, "tiny"), bytes(5, ...tensor)],
    bytes(11, shaped("input_ids", INT64, ["batch", "length"])),
    bytes(12, shaped("last_hidden_state", FLOAT, ["batch", "length", 3])),
  ];
  return Buffer.concat([number(1, 8), bytes(7, ...graph), bytes(8, bytes(1, ""), number(2, 17))]);
}

const vocabulary = Object.fromEntries(Object.keys(words).map((word, id) => [word, id]));
const special = Object.keys(words)
  .slice(0, 4)
  .map((content, id) => ({
    ...{ id, content, special: true, single_word: false },
    lstrip: false,
    rstrip: false,
    normalized: false,
  }));

const tokenizer = {
  ...{ version: "1.0", truncation: null, padding: null, added_tokens: special, decoder: null, post_processor: null },
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: vocabulary,
  },
};

/** By their paths. */
export const tinyModel = (): ReadonlyMap<string, Buffer> => {
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  return new Map([
    ["config.json", json({ model_type: "bert", architectures: ["BertModel"], hidden_size: 3 })],
    ["tokenizer.json", json(tokenizer)],
    [
      "tokenizer_config.json",
      json({ tokenizer_class: "BertTokenizer", model_max_length: 512, pad_token: "[PAD]", unk_token: "[UNK]" }),
    ],
    ["onnx/model_quantized.onnx", weights()],
  ]);
};
