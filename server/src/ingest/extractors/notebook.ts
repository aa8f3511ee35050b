/** Jupyter notebooks: text, code and what it printed, in the order of their cells. */
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { wholeText } from "../encoding.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { readMarkdown } from "./markdown.ts";

const Lines = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]);
const Output = z.looseObject({
  text: Lines.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
});
const Cell = z.looseObject({
  cell_type: z.string(),
  source: Lines.optional(),
  /** As the source of code was called before version 4. */
  input: Lines.default(""),
  outputs: z.array(Output).default([]),
});
const Worksheet = z.looseObject({ cells: z.array(z.unknown()).default([]) });
const Notebook = z.looseObject({
  cells: z.array(z.unknown()).optional(),
  /** Before version 4. */
  worksheets: z.array(Worksheet).default([]),
  metadata: z
    .looseObject({
      title: z.string().optional(),
      kernelspec: z.looseObject({ language: z.string().optional(), display_name: z.string().optional() }).optional(),
      language_info: z.looseObject({ name: z.string().optional() }).optional(),
    })
    .default({}),
  nbformat: z.number().optional(),
});

/** Characters that a cell printed. */
const OUTPUT_LENGTH = 20_000;

export const notebook: Extractor = {
  name: "notebook",
  types: ["ipynb"],
  async read(source, findings) {
    const { cells, worksheets, metadata, nbformat } = parsed(await wholeText(source, findings.limits.wholeBytes));
    const all = cells ?? worksheets.flatMap((sheet) => sheet.cells);
    let [texts, codes, broken] = [0, 0, 0];
    for (const [at, each] of all.entries()) {
      const cell = Cell.safeParse(each);
      if (!cell.success) broken++;
      else if (cell.data.cell_type === "code") {
        codes++;
        codeCell(cell.data, at + 1, findings);
      } else {
        texts++;
        await readMarkdown(cell.data.source ?? cell.data.input, findings, { place: { path: `cell ${at + 1}` } });
      }
      findings.progress(at + 1, all.length);
      await findings.pause();
    }
    const language = metadata.language_info?.name ?? metadata.kernelspec?.language;
    findings.facts({
      ...(metadata.title === undefined ? {} : { title: metadata.title }),
      ...(language === undefined ? {} : { language }),
      ...{
        kernel: metadata.kernelspec?.display_name,
        nbformat,
        cells: all.length,
        code_cells: codes,
        text_cells: texts,
      },
    });
    if (broken > 0) findings.warn("part_unreadable", `${broken} cells are none`);
  },
};

function parsed(text: string): z.infer<typeof Notebook> {
  try {
    return Notebook.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError("file.unreadable", "It is not a notebook: its JSON is broken", { cause });
  }
}

/** Colours of a terminal: ESC [ numbers letter. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*[A-Za-z]`, "g");

function codeCell({ source, input, outputs }: z.infer<typeof Cell>, number: number, findings: Findings): void {
  const path = `cell ${number}`;
  findings.block({ kind: "code", text: source ?? input, place: { path } });
  for (const { text, data, ename, evalue } of outputs) {
    const plain = Lines.safeParse(data?.["text/plain"] ?? data?.["text/markdown"]);
    const said = text ?? (plain.success ? plain.data : undefined) ?? [ename, evalue].filter(Boolean).join(": ");
    if (said)
      findings.block({
        kind: "note",
        text: said.slice(0, OUTPUT_LENGTH).replace(COLOURS, ""),
        place: { path, part: "output" },
      });
  }
}
