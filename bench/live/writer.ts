/** A thread that writes: logged events of the usual size through the journal, and text as the engine shows it. */
import { v7 as uuidv7 } from "uuid";
import type { Books } from "../../server/src/store/journal.ts";
import type { Live } from "../../server/src/store/live.ts";

/** So many events, then the text that was shown meanwhile is written down as an answer, and another begins. */
const EVENTS_AN_ANSWER = 20;
const PIECE = "The sky is blue because short waves are scattered more. ";
const POINTS = "a critical point, with its quote and its suggestion; ".repeat(12);

export async function writeThread(books: Books, live: Live, session_id: string) {
  const id = uuidv7();
  const settings = { deadline_ms: 3_600_000, asked: {} };
  await books.accept({ id, session_id, original_prompt: "Why?", mode: "quick", quality_threshold: 8, settings });
  const epoch = (await books.take(id))?.epoch ?? 0;
  const writes: number[] = [];
  let last = 0;
  let late = 0;
  let writing: Promise<void> | undefined;
  let answer = { id: uuidv7(), text: "" };
  let ending = false;

  const record = async (event_type: string, details: object) => {
    const began = performance.now();
    const { code, last_seq } = await books.record(id, epoch, { events: [eventOf(event_type, details)] });
    if (code !== "recorded") throw new Error(`the journal answered ${code}`);
    last = last_seq ?? last;
    writes.push(performance.now() - began);
  };
  const next = async () => {
    if ((last + 1) % EVENTS_AN_ANSWER !== 0) return record("criticism_merged", { criticisms: [], points: POINTS });
    const { id: response_id, text: response_text } = answer;
    ending = true;
    await record("response_generated", { response_id, role: "primary", response_text });
    live.textEnded(id);
    answer = { id: uuidv7(), text: "" };
    ending = false;
  };
  const write = () => {
    if (writing) late++;
    else
      writing = next().finally(() => {
        writing = undefined;
      });
  };
  const show = () => {
    if (ending) return;
    const { id: response_id, text } = answer;
    answer.text += PIECE;
    const of = { response_id, role: "primary" as const, iteration_number: 1, model_name: "bench" };
    live.delta({ thread_id: id, ...of, offset: text.length, text: PIECE });
  };
  return {
    id,
    writes,
    late: () => late,
    /** `phase`: from 0 to 1, so that threads do not all write at the same moment. Answers how to stop the clocks. */
    start(phase: number, eventsPerSecond: number, textsPerSecond: number): () => void {
      const stops = [every(1000 / eventsPerSecond, phase, write), every(1000 / textsPerSecond, phase, show)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    /** The last number written. */
    async stop(): Promise<number> {
      await writing;
      return last;
    },
  };
}

const eventOf = (event_type: string, details: object) => {
  const asked_at = performance.timeOrigin + performance.now();
  return { event_type, message: "of the bench", iteration_number: 1, details: { ...details, asked_at } };
};

function every(ms: number, phase: number, work: () => void): () => void {
  let timer = setTimeout(() => {
    timer = setInterval(work, ms);
  }, ms * phase);
  return () => clearTimeout(timer);
}
