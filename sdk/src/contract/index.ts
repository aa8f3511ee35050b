/** The list of what is on the wire. */
export * from "./common.ts";
export * from "./control.ts";
export * from "./envelope.ts";
export * from "./events.ts";
export * from "./inspect.ts";
export { threadMarkdown } from "./inspect-examples.ts";
export * from "./integrations.ts";
export * from "./model-output.ts";
export * from "./models.ts";
export * from "./orchestrate.ts";
export * from "./receipt.ts";
export * from "./sessions.ts";
export * from "./socket.ts";
export { eventExamples } from "./story-events.ts";
export * from "./thread-detail.ts";
export * from "./threads.ts";
export * from "./tuning.ts";
export * from "./words.ts";
