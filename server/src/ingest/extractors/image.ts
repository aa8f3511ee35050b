/** Pictures: what their headers tell, without decoding a pixel, and what people and cameras have written into them. */
import { imageSize } from "image-size";
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { partsOf } from "./image-parts.ts";
import { tagsOf } from "./image-tags.ts";

export const image: Extractor = {
  name: "image",
  types: ["jpg", "png", "gif", "webp", "tiff", "bmp", "heic", "avif", "ico"],
  read,
};

/** Of a picture that is larger than may be in memory. */
const HEAD = 8 * 1024 * 1024;

async function read(source: Source, findings: Findings): Promise<void> {
  const whole = source.size <= findings.limits.wholeBytes;
  const bytes = Buffer.from(whole ? await source.bytes(source.size) : await source.slice(0, HEAD));
  if (!whole) findings.warn("part_unreadable", "It is so large that only its beginning was looked at");
  const size = sizeOf(bytes);
  const parts = partsOf(source.type, bytes, findings.limits);
  await findings.pause();
  const { width, height } = parts.pages?.[0] ?? size ?? trackSize(bytes) ?? {};
  const tags = await tagsOf(bytes, parts);
  if (!width || !height) {
    if (source.type !== "tiff" || Object.keys(tags.facts).length === 0)
      throw new AppError("file.unreadable", "The size of the picture cannot be found");
    findings.warn("part_unreadable", "The size of the picture cannot be found");
  }
  const orientation = size?.orientation ?? tags.orientation;
  findings.facts({
    ...(width && height && { width, height }),
    ...(orientation &&
      orientation > 1 && {
        orientation,
        ...(orientation > 4 && width && height && { shown: { width: height, height: width } }),
      }),
    ...(size?.images && { images: size.images.map(({ width, height }) => ({ width, height })) }),
    ...parts.facts,
    ...tags.facts,
  });
  for (const [label, text] of [...tags.captions, ...parts.texts])
    findings.block({ kind: "caption", text: `${label}: ${text}`.replaceAll("\0", " "), place: { part: "metadata" } });
  findings.warn("needs_ocr", "Text in the picture is not read; what is written in its metadata is");
}

/** Of a sequence of HEIC or AVIF: the first track with a size, at the end of its header (ISO/IEC 14496-12, 8.3.2). */
function trackSize(bytes: Buffer): { width: number; height: number } | null {
  for (let at = bytes.indexOf("tkhd"); at >= 4; at = bytes.indexOf("tkhd", at + 4)) {
    const end = at - 4 + bytes.readUInt32BE(at - 4);
    if (end < at + 84 || end > bytes.length) continue;
    const [width, height] = [bytes.readUInt16BE(end - 8), bytes.readUInt16BE(end - 4)];
    if (width > 0 && height > 0) return { width, height };
  }
  return null;
}

function sizeOf(bytes: Uint8Array): ReturnType<typeof imageSize> | null {
  try {
    return imageSize(bytes);
  } catch {
    return null;
  }
}
