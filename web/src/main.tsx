/** Where the page starts. */
import "./ui/tokens.css";
import "./ui/ui.css";
import "./ui/forms.css";
import "./ui/pick.css";
import "./shell/shell.css";
import "./shell/over.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./data/queries.ts";
import { WordsProvider } from "./i18n/words.tsx";
import { App } from "./shell/app.tsx";

const place = document.getElementById("root");
if (!place) throw new Error("the page has no place for the app");

createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <WordsProvider>
        <App />
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
