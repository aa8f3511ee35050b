/** Sends a question once, however often it is clicked, and goes to where its answer comes. */
import type { AskPrompt, ThreadState } from "@orchestratex/sdk/contract";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { api } from "../data/http.ts";
import { queryClient } from "../data/queries.ts";
import { repeats } from "./form.ts";

export function useSend(onSent?: () => void) {
  const [, go] = useLocation();
  const [keys] = useState(() => repeats(() => crypto.randomUUID()));
  const flying = useRef(false);
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: (body: AskPrompt) =>
      api<ThreadState>("/api/orchestrate/prompt", {
        method: "POST",
        body,
        headers: { "idempotency-key": keys.keyOf(body) },
      }),
    onSuccess({ thread_id }) {
      keys.done();
      onSent?.();
      void queryClient.invalidateQueries({ queryKey: ["threads"] });
      go(`/t/${thread_id}`);
    },
    onSettled() {
      flying.current = false;
    },
  });
  const send = (body: AskPrompt) => {
    if (flying.current) return;
    flying.current = true;
    mutate(body);
  };
  return { send, isSending: isPending, error, forgetError: reset };
}
