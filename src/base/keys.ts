/** A key that was pressed, or something else that came from the keyboard. */
export interface Key {
  /**
   * What it is, as node:readline names it: `left`, `return`, `tab`, and `a`
   * for Ctrl-A or Alt-A. `text` is plain printable input, `paste` a whole
   * bracketed paste, `resize` a window that changed, `resume` a program that
   * goes on after it was stopped: the screen may hold other things by now.
   */
  name: string;
  /** The characters of `text` (one or more) and `paste`; otherwise empty. */
  text: string;
  /** Whether Ctrl was held. */
  ctrl: boolean;
  /** Whether Alt was held, or ESC came before. */
  alt: boolean;
  /** Whether Shift was held, as far as a terminal tells. */
  shift: boolean;
}

/** A keyboard that is read key by key, until it is disposed of. */
export interface KeySource {
  /**
   * The next key; undefined when the input ended. To be called again only
   * after it has answered.
   *
   * @throws {unknown} the reason of `signal`, once that is aborted
   */
  next(signal?: AbortSignal): Promise<Key | undefined>;
  /** Gives the terminal back as it was: whole lines, echo, plain pastes. */
  [Symbol.dispose](): void;
}
