/** A picture for each kind of file: its name says the rest. */
import {
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileQuestionMark,
  FileSpreadsheet,
  FileText,
  FileVideo,
  type LucideIcon,
  Mail,
  MessageSquareText,
  Presentation,
} from "lucide-react";
import { type Family, familyOf } from "./types.ts";

const icons: Record<Family, LucideIcon> = {
  ...{ document: FileText, sheet: FileSpreadsheet, slides: Presentation, markup: FileCode, code: FileCode, mail: Mail },
  ...{ subtitles: MessageSquareText, archive: FileArchive, picture: FileImage, sound: FileAudio, film: FileVideo },
};

export function TypeIcon({ type }: { type: string | null }) {
  const family = familyOf(type);
  const Icon = family ? icons[family] : FileQuestionMark;
  return <Icon className="library-icon" data-family={family ?? "unknown"} aria-hidden="true" />;
}
