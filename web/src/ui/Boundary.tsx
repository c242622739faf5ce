import { Component, type ReactNode } from "react";
import { Button } from "./Button";
import { EmptyState } from "./EmptyState";

export interface BoundaryProps {
  /** What failed, as people call it: "The editor". */
  name: string;
  children: ReactNode;
}

/** Keeps a failure of one pane inside that pane. */
export class Boundary extends Component<BoundaryProps, { failure: string | null }> {
  override state = { failure: null };

  static getDerivedStateFromError(thrown: unknown): { failure: string } {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <EmptyState title={`${this.props.name} has failed`}>
        <p>{failure}</p>
        <Button style={{ marginTop: "0.75rem" }} onClick={() => this.setState({ failure: null })}>
          Try again
        </Button>
      </EmptyState>
    );
  }
}
