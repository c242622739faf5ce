import { Component, type ReactNode } from "react";
import styles from "./Card.module.css";
import { RawJson } from "./RawRow";

interface Props {
  /** Shown in place of what could not be shown. */
  readonly raw: unknown;
  readonly children: ReactNode;
}

/** One broken card never takes the page down. */
export class CardBoundary extends Component<Props, { failed: unknown }> {
  override state = { failed: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error ?? new Error("unknown") };
  }

  override componentDidUpdate(previous: Props) {
    // New data may be good again.
    if (this.state.failed !== undefined && previous.raw !== this.props.raw) {
      this.setState({ failed: undefined });
    }
  }

  override render() {
    if (this.state.failed === undefined) return this.props.children;
    return (
      <div className={styles.card} data-testid="broken-card">
        <p className={styles.note}>This part could not be shown: {String(this.state.failed)}</p>
        <RawJson value={this.props.raw} label="Show its data" />
      </div>
    );
  }
}
