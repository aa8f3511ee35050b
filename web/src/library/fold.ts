/** What is known of files, after something has happened to one of them. Pure. */
import type { StoredFile, ThreadEvent } from "@orchestratex/sdk/contract";
import { fileStages } from "@orchestratex/sdk/lists";

/** The event's file, as it is now; the same one where it says nothing new. What an event does not tell is asked for: `isNews`. */
export function foldFile(file: StoredFile, event: ThreadEvent): StoredFile {
  if (event.event_type === "upload_progress" && event.details.file_id === file.id) {
    const { received, size } = event.details;
    return file.status === "uploading" && received > file.received ? { ...file, received, size } : file;
  }
  if (event.event_type === "processing_progress" && event.details.file_id === file.id)
    return progressed(file, event.details);
  return file;
}

function progressed(file: StoredFile, { stage: name, done, total }: { stage: string; done: number; total: number }) {
  const stage = fileStages.find((known) => known === name);
  // An event that is late says nothing of a file that is ready, or that was begun anew.
  if (!stage || file.status === "ready" || file.status === "failed") return file;
  const [now, then] = [fileStages.indexOf(stage), file.stage === null ? -1 : fileStages.indexOf(file.stage)];
  if (now < then || (now === then && done < (file.stage_done ?? 0))) return file;
  const searchable = file.searchable || stage === "embed";
  const counted = { stage, stage_done: done, stage_total: total > 0 ? total : null };
  return { ...file, ...counted, status: "processing" as const, searchable };
}

/** Whose file an event tells of; null: of none. */
export function fileOfEvent(event: ThreadEvent): string | null {
  switch (event.event_type) {
    case "upload_progress":
    case "processing_progress":
    case "processing_finished":
    case "file_deleted":
      return event.details.file_id;
    default:
      return null;
  }
}

/** It changes more than it tells: the file has to be read again. */
export const isNews = (event: ThreadEvent, known: StoredFile | undefined): boolean =>
  event.event_type === "processing_finished" ||
  event.event_type === "file_deleted" ||
  known === undefined ||
  (event.event_type === "processing_progress" && known.status !== "processing");

type Pages = { pages: { items: StoredFile[]; next_cursor: string | null }[]; pageParams: unknown[] };

/** The same pages with that file as it is now; the same object where nothing has changed. */
export function foldPages(pages: Pages, event: ThreadEvent): Pages {
  const id = fileOfEvent(event);
  let changed = false;
  const next = pages.pages.map((page) => {
    const at = page.items.findIndex((file) => file.id === id);
    const file = page.items[at];
    const folded = file && foldFile(file, event);
    if (!folded || folded === file) return page;
    changed = true;
    return { ...page, items: page.items.with(at, folded) };
  });
  return changed ? { ...pages, pages: next } : pages;
}

/** How far a file is on its way, 0 to 1, for one bar: each stage has its part of it. Null: not on its way. */
export function shareOf({ status, stage, stage_done, stage_total, received, size }: StoredFile): number | null {
  if (status === "uploading") return size === 0 ? 1 : received / size;
  if (status !== "processing") return null;
  const at = stage === null ? 0 : fileStages.indexOf(stage);
  const within = stage_total ? Math.min(1, (stage_done ?? 0) / stage_total) : 0;
  return (at + within) / fileStages.length;
}
