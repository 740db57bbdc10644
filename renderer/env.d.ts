/// <reference types="vite/client" />

interface Window {
  /** Exposed by the desktop's preload; absent in a browser. */
  readonly ride?: {
    post(message: unknown): void
    /** Hears every message from main; returns the way to stop hearing. */
    on(listener: (message: unknown) => void): () => void
    /** Where a dropped file lies on disk; empty where it lies nowhere. */
    pathOf(file: File): string
  }
}
