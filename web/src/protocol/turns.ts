/** The part of the fold that concerns one agent turn. Pure. */
import {
  type AgentTurnEvent,
  type ChunkEvent,
  type CostEvent,
  type OutputDeltaEvent,
  type OutputEvent,
  outsideTurns,
  type SupersededEvent,
  type ToolCallEvent,
  type TurnScope,
  type UsageEvent,
} from "./events";
import { applyOutputDelta, inOrderOf } from "./outputTree";
import { textKey } from "./textTable";
import type { Item, MessageItem, OutputItem, ToolItem, TurnView } from "./view";

export type TurnEvent =
  | AgentTurnEvent
  | ChunkEvent
  | ToolCallEvent
  | OutputDeltaEvent
  | OutputEvent
  | SupersededEvent
  | UsageEvent
  | CostEvent;

/** A turn of which only the scope of one of its events is known. */
export function newTurn(event: TurnScope, order: number): TurnView {
  return {
    turnId: event.turn_id,
    agentName: event.agent_name,
    parent: event.parent,
    order,
    attempt: event.attempt,
    stage: "started",
    provider: null,
    model: null,
    streaming: null,
    startedAt: event.timestamp,
    endedAt: null,
    durationMs: null,
    ttftMs: null,
    finishReason: null,
    error: null,
    items: [],
    superseded: [],
    usage: null,
    cost: null,
  };
}

/** Folds one event of the turn; the same object when nothing but text changes. */
export function reduceTurn(turn: TurnView, event: TurnEvent): TurnView {
  switch (event.event_type) {
    case "agent_turn":
      return event.stage === "started" ? startTurn(turn, event) : endTurn(turn, event);
    case "agent_stream_chunk":
    case "agent_reasoning_chunk":
      return openMessage(turn, event);
    case "agent_tool_call":
      return reduceTool(turn, event);
    case "agent_output_delta":
      return withOutput(turn, event, (item) => applyOutputDelta(item, event));
    case "agent_output":
      return withOutput(turn, event, (item) => ({
        ...item,
        value: inOrderOf(item.value, event.output),
        final: true,
        fields: {},
        retryCount: event.retry_count,
      }));
    case "attempt_superseded":
      return supersede(turn, event);
    case "usage":
      return { ...turn, usage: event };
    case "cost":
      return { ...turn, cost: event };
  }
}

/** Also of a turn that is taken up again in a later generation: what it already gave stays. */
function startTurn(turn: TurnView, event: AgentTurnEvent): TurnView {
  return {
    ...turn,
    endedAt: null,
    durationMs: null,
    finishReason: null,
    error: null,
    agentName: event.agent_name,
    attempt: event.attempt,
    stage: "started",
    provider: event.provider,
    model: event.model,
    streaming: event.streaming,
  };
}

function endTurn(turn: TurnView, event: AgentTurnEvent): TurnView {
  return {
    ...turn,
    attempt: event.attempt,
    stage: event.stage,
    endedAt: event.timestamp,
    durationMs: event.duration_ms,
    ttftMs: event.ttft_ms,
    finishReason: event.finish_reason,
    error: event.error,
  };
}

function openMessage(turn: TurnView, event: ChunkEvent): TurnView {
  const key = textKey(event);
  if (turn.items.some((item) => item.key === key)) return turn;
  const item: MessageItem = {
    kind: "message",
    key,
    attempt: event.attempt,
    messageId: event.message_id,
    channel: event.event_type === "agent_stream_chunk" ? "text" : "reasoning",
  };
  return { ...turn, attempt: event.attempt, items: [...turn.items, item] };
}

function reduceTool(turn: TurnView, event: ToolCallEvent): TurnView {
  const known = turn.items.find((item) => item.kind === "tool" && item.id === event.tool_call_id);
  // A call may end in a later attempt than it began in: after a crash only the answer is asked anew.
  const key = known?.key ?? `${event.turn_id}/${event.attempt}/tool/${event.tool_call_id}`;
  const fresh: ToolItem = {
    kind: "tool",
    key,
    attempt: event.attempt,
    id: event.tool_call_id,
    name: event.tool_name ?? "",
    stage: "started",
    argumentsText: "",
    arguments: undefined,
    progress: null,
    result: undefined,
    error: null,
    durationMs: null,
    startedAt: event.timestamp,
  };
  const next = withItem(turn, fresh, (item) => applyToolEvent(item, event));
  const isEnd = event.stage === "completed" || event.stage === "failed";
  if (!isEnd || !event.turn_id.startsWith(outsideTurns)) return next;
  return { ...next, stage: event.stage, endedAt: event.timestamp, durationMs: event.duration_ms };
}

function applyToolEvent(item: ToolItem, event: ToolCallEvent): ToolItem {
  const progress =
    event.stage === "progress"
      ? { message: event.message ?? "", fraction: event.fraction }
      : item.progress;
  return {
    ...item,
    name: event.tool_name ?? item.name,
    stage: event.stage,
    argumentsText:
      event.stage === "started" ? "" : item.argumentsText + (event.arguments_delta ?? ""),
    arguments: event.arguments ?? item.arguments,
    progress,
    result: event.result === undefined ? item.result : event.result,
    error: event.error ?? item.error,
    durationMs: event.duration_ms ?? item.durationMs,
  };
}

function withOutput(
  turn: TurnView,
  event: OutputDeltaEvent | OutputEvent,
  change: (item: OutputItem) => OutputItem,
): TurnView {
  const fresh: OutputItem = {
    kind: "output",
    key: `${event.turn_id}/${event.attempt}/output`,
    attempt: event.attempt,
    value: null,
    final: false,
    fields: {},
    retryCount: null,
  };
  return withItem(turn, fresh, change);
}

/** Changes the item with the key and kind of `fresh`, which is appended first if there is none. */
function withItem<T extends Item>(turn: TurnView, fresh: T, change: (item: T) => T): TurnView {
  const isSame = (item: Item): item is T => item.kind === fresh.kind && item.key === fresh.key;
  if (!turn.items.some(isSame)) {
    return { ...turn, attempt: fresh.attempt, items: [...turn.items, change(fresh)] };
  }
  return { ...turn, items: turn.items.map((item) => (isSame(item) ? change(item) : item)) };
}

/** A retry repeats one request: what earlier requests of the turn gave still stands. */
function isVoid(item: Item, event: SupersededEvent): boolean {
  if (item.attempt !== event.attempt) return false;
  const namesNone = event.message_ids === null && event.tool_call_ids === null;
  switch (item.kind) {
    case "message":
      return event.message_ids?.includes(item.messageId) ?? namesNone;
    case "tool":
      return event.tool_call_ids?.includes(item.id) ?? namesNone;
    case "output":
      return true;
  }
}

function supersede(turn: TurnView, event: SupersededEvent): TurnView {
  const { attempt, reason, error, next } = event;
  const items = turn.items.filter((item) => isVoid(item, event));
  const history = { attempt, reason, error, next, items, usage: turn.usage };
  return {
    ...turn,
    ...(next ?? {}),
    items: turn.items.filter((item) => !isVoid(item, event)),
    superseded: [...turn.superseded, history],
    usage: null,
  };
}
