import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";

export interface AxisOptions {
  readonly scroller: HTMLElement;
  readonly horizontal: boolean;
  readonly count: () => number;
  readonly size: (index: number) => number;
  /** Space taken by the header or the row numbers, which stay in place over the cells. */
  readonly lead: number;
  readonly overscan: number;
  readonly onChange: () => void;
}

/** Which rows, or which columns, of a scrolled grid are on screen. */
export class VirtualAxis {
  readonly #options: AxisOptions;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  readonly #unmount: () => void;

  constructor(options: AxisOptions) {
    this.#options = options;
    this.#virtualizer = new Virtualizer(this.#settings());
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  }

  get items(): readonly VirtualItem[] {
    return this.#virtualizer.getVirtualItems();
  }

  /** Length of everything in pixels, lead included. */
  get length(): number {
    return this.#virtualizer.getTotalSize();
  }

  /** To be called after the count changed. */
  recount(): void {
    this.#virtualizer.setOptions(this.#settings());
    this.#virtualizer._willUpdate();
  }

  /** To be called after a size changed. */
  remeasure(): void {
    this.#virtualizer.measure();
  }

  show(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  unmount(): void {
    this.#unmount();
  }

  #settings() {
    const { scroller, horizontal, count, size, lead, overscan, onChange } = this.#options;
    return {
      count: count(),
      horizontal,
      overscan,
      getScrollElement: () => scroller,
      estimateSize: size,
      paddingStart: lead,
      scrollPaddingStart: lead,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset: observeOffset,
      onChange,
    };
  }
}

type OffsetObserver = typeof observeElementOffset<HTMLElement>;

/** A scroller that was hidden comes back where it was without a scroll event: its size changing tells. */
const observeOffset: OffsetObserver = (axis, tell) => {
  const stop = observeElementOffset(axis, tell);
  const { scrollElement, options } = axis;
  if (scrollElement === null) return stop;
  const shown = new ResizeObserver(() =>
    tell(options.horizontal ? scrollElement.scrollLeft : scrollElement.scrollTop, false),
  );
  shown.observe(scrollElement);
  return () => {
    stop?.();
    shown.disconnect();
  };
};
