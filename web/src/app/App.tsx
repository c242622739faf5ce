import { KeyRound, Unplug } from "lucide-react";
import { useEffect } from "react";
import { useFreshRuns } from "../features/runs";
import { useWorkspace, watchReachability } from "../state/workspace/workspaceStore";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { Notice } from "../ui/Notice";
import { Ticked } from "../ui/Ticked";
import { Toaster } from "../ui/Toaster";
import { TooltipHost } from "../ui/TooltipHost";
import { useNarrow } from "../ui/useMediaQuery";
import styles from "./app.module.css";
import { boot } from "./boot";
import { NarrowLayout, PaneSwitcher } from "./NarrowLayout";
import { Overlays } from "./Overlays";
import { StatusLine } from "./StatusLine";
import { TopBar } from "./TopBar";
import { useShortcuts } from "./useShortcuts";
import { useTheme } from "./useTheme";
import { DocumentTitle } from "./Waiting";
import { WideLayout } from "./WideLayout";

function useBoot(): void {
  useEffect(() => {
    const stopWatching = watchReachability();
    const booted = boot();
    return () => {
      stopWatching();
      void booted.then((stop) => stop());
    };
  }, []);
}

/** Instead of the workspace, when it could not be loaded. */
function NoWorkspace() {
  const error = useWorkspace((state) => state.error);
  if (!error) return <main className={styles.blank} aria-busy="true" />;
  if (error.status === 401) {
    return (
      <main className={styles.blank}>
        <EmptyState icon={<KeyRound size={20} />} title="This page has no session">
          Open the address that <code>tactus ide</code> printed in its terminal.
        </EmptyState>
      </main>
    );
  }
  return (
    <main className={styles.blank}>
      <EmptyState icon={<Unplug size={20} />} title={error.message}>
        <p>{error.hint && <Ticked text={error.hint} />}</p>
        <Button tone="solid" style={{ marginTop: "0.75rem" }} onClick={() => location.reload()}>
          Try again
        </Button>
      </EmptyState>
    </main>
  );
}

/** Above the workspace, when the server has come back with another token. */
function SessionNotice() {
  const ended = useWorkspace((state) => state.reachability === "unauthorized");
  if (!ended) return null;
  return (
    <Notice
      tone="warning"
      title="This page's session has ended."
      hint="Open the address that `tactus ide` printed last; unsaved text stays in this tab until then."
    />
  );
}

function Workbench() {
  const narrow = useNarrow();
  useShortcuts();
  useFreshRuns();
  return (
    <div className={styles.app}>
      <TopBar narrow={narrow} />
      <SessionNotice />
      {narrow ? <NarrowLayout /> : <WideLayout />}
      <StatusLine narrow={narrow} />
      {narrow && <PaneSwitcher />}
      <DocumentTitle />
      <Overlays />
      <Toaster />
      <TooltipHost />
    </div>
  );
}

export function App() {
  const loaded = useWorkspace((state) => state.info !== null);
  useTheme();
  useBoot();
  return loaded ? <Workbench /> : <NoWorkspace />;
}
