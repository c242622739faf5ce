import { type Tab, useTabs } from "../../state/workspace/tabsStore";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { toastError } from "../../ui/toasts";

function ConflictNotice({ tab, gone }: { tab: Tab; gone: boolean }) {
  const resolve = (choice: "mine" | "theirs") => {
    useTabs.getState().resolve(tab.path, choice).catch(toastError);
  };
  return (
    <Notice
      tone="warning"
      title={gone ? "This file is gone from disk." : "This file has changed on disk."}
      hint={
        gone
          ? "Keep yours to write it again, or close it."
          : "Keep yours to overwrite what is there, or load theirs; undo brings yours back."
      }
      actions={
        <>
          <Button data-testid="conflict-mine" onClick={() => resolve("mine")}>
            Keep mine
          </Button>
          <Button data-testid="conflict-theirs" onClick={() => resolve("theirs")}>
            {gone ? "Close" : "Load theirs"}
          </Button>
        </>
      }
    />
  );
}

/** What stands between this tab and the disk, if anything: a conflict, or why saving failed. */
export function DiskNotice({ tab }: { tab: Tab }) {
  if (tab.conflict) return <ConflictNotice tab={tab} gone={tab.conflict.currentEtag === null} />;
  if (tab.status !== "ready" || !tab.error) return null;
  const { message, hint, code } = tab.error;
  return <Notice tone="danger" title={`Not saved: ${message}`} hint={hint} code={code} />;
}
