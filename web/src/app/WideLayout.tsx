import { useRef } from "react";
import { EditorPane } from "../features/editor";
import { FilesPanel } from "../features/files";
import { RunsPanel } from "../features/runs";
import { type Sizes, useLayout } from "../state/workspace/layoutStore";
import { Splitter } from "../ui/Splitter";
import { openFile, openRun } from "./actions";
import styles from "./app.module.css";
import { BottomPanel } from "./BottomPanel";
import { TranscriptPane } from "./TranscriptPane";

const USUAL: Sizes = { left: 264, right: 560, bottom: 176, runsShare: 0.42 };

function LeftPane() {
  const sizes = useLayout((state) => state.sizes);
  const resize = useLayout((state) => state.resize);
  const element = useRef<HTMLElement>(null);
  return (
    <aside
      ref={element}
      className={styles.left}
      style={{ flexBasis: sizes.left }}
      aria-label="Workspace"
    >
      <div style={{ flex: `${1 - sizes.runsShare} 1 0`, minHeight: 0 }}>
        <FilesPanel onOpen={openFile} />
      </div>
      <Splitter
        label="Height of runs"
        axis="y"
        value={sizes.runsShare}
        min={0.15}
        max={0.85}
        perPixel={-1 / Math.max(element.current?.clientHeight ?? 800, 200)}
        onChange={(value) => resize("runsShare", value)}
        onReset={() => resize("runsShare", USUAL.runsShare)}
      />
      <div className={styles.runs} style={{ flex: `${sizes.runsShare} 1 0` }}>
        <RunsPanel onOpen={openRun} />
      </div>
    </aside>
  );
}

function Bottom() {
  const height = useLayout((state) => state.sizes.bottom);
  const resize = useLayout((state) => state.resize);
  return (
    <>
      <Splitter
        label="Height of problems"
        axis="y"
        value={height}
        min={96}
        max={720}
        perPixel={-1}
        onChange={(value) => resize("bottom", value)}
        onReset={() => resize("bottom", USUAL.bottom)}
      />
      <div className={styles.card} style={{ flex: `0 1 ${height}px`, minHeight: "6rem" }}>
        <BottomPanel narrow={false} />
      </div>
    </>
  );
}

function showFiles(): void {
  useLayout.getState().set({ leftOpen: true });
}

/** Files and runs, editor, transcript, side by side. */
export function WideLayout() {
  const { leftOpen, editorOpen, bottomOpen, transcriptAlone, sizes, resize } = useLayout();
  const editor = editorOpen && !transcriptAlone;
  const bottom = bottomOpen && !transcriptAlone;
  return (
    <main className={styles.wide}>
      {leftOpen && !transcriptAlone && (
        <>
          <LeftPane />
          <Splitter
            label="Width of files and runs"
            axis="x"
            value={sizes.left}
            min={180}
            max={560}
            perPixel={1}
            onChange={(value) => resize("left", value)}
            onReset={() => resize("left", USUAL.left)}
          />
        </>
      )}
      {editor && (
        <>
          <div className={styles.column} style={{ flex: "1 1 24rem" }}>
            <div className={styles.card} style={{ flex: "1 1 0" }}>
              <EditorPane onShowFiles={showFiles} />
            </div>
            {bottom && <Bottom />}
          </div>
          <Splitter
            label="Width of the transcript"
            axis="x"
            value={sizes.right}
            min={320}
            max={1600}
            perPixel={-1}
            onChange={(value) => resize("right", value)}
            onReset={() => resize("right", USUAL.right)}
          />
        </>
      )}
      <div
        className={styles.column}
        style={{ flex: editor ? `0 1 ${sizes.right}px` : "1 1 0", minWidth: "20rem" }}
      >
        <div className={styles.card} style={{ flex: "1 1 0" }}>
          <TranscriptPane narrow={false} />
        </div>
        {bottom && !editor && <Bottom />}
      </div>
    </main>
  );
}
