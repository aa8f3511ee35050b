/** Which page an address shows. The first page is there at once, the others are fetched when they are wanted. */
import { type ComponentType, lazy, Suspense } from "react";
import { Route, Switch, useLocation } from "wouter";
import AskPage from "../ask/page.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { Toasts } from "../ui/toasts.tsx";
import { Boundary } from "./boundary.tsx";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

const pages: Record<string, ComponentType> = {
  "/": AskPage,
  "/setup": lazy(() => import("../setup/page.tsx")),
  "/t/:id": lazy(() => import("../thread/page.tsx")),
  "/s/:id": lazy(() => import("../history/session-page.tsx")),
  "/history": lazy(() => import("../history/page.tsx")),
  "/library": lazy(() => import("../library/page.tsx")),
  "/library/:file": lazy(() => import("../library/file-page.tsx")),
  "/models/:name?": lazy(() => import("../models/page.tsx")),
  "/settings/:section?": lazy(() => import("../settings/page.tsx")),
};

const SharedPage = lazy(() => import("../share/page.tsx"));

export function App() {
  const [place] = useLocation();
  return (
    <Boundary place={place}>
      <Switch>
        <Route path="/r/:id">
          <Suspense fallback={<Skeleton />}>
            <SharedPage />
          </Suspense>
        </Route>
        <Route>
          <Shell>
            <Boundary place={place}>
              <Suspense fallback={<Skeleton />}>
                <Switch>
                  {Object.entries(pages).map(([path, Page]) => (
                    <Route key={path} path={path} component={Page} />
                  ))}
                  <Route component={NotFound} />
                </Switch>
              </Suspense>
            </Boundary>
          </Shell>
        </Route>
      </Switch>
      <Toasts />
    </Boundary>
  );
}
