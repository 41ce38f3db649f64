// A section that opens by itself when there is something to do in it; what was opened or closed by hand stays so.

import { Component, type ComponentChildren, createRef } from 'preact';

interface UnfoldingProps {
  class?: string;
  /** Whether there is something in it: it opens when this becomes true, and never closes by itself. */
  isDue: boolean;
  onOpen?: () => void;
  children: ComponentChildren;
}

export class Unfolding extends Component<UnfoldingProps> {
  readonly #details = createRef<HTMLDetailsElement>();

  override componentDidMount(): void {
    this.#follow(false);
  }

  override componentDidUpdate(before: UnfoldingProps): void {
    this.#follow(before.isDue);
  }

  override render({ class: name, onOpen, children }: UnfoldingProps) {
    return (
      <details ref={this.#details} class={name} onToggle={({ currentTarget }) => currentTarget.open && onOpen?.()}>
        {children}
      </details>
    );
  }

  #follow(wasDue: boolean): void {
    if (this.props.isDue && !wasDue) this.#details.current?.setAttribute('open', '');
  }
}
