import type { DocumentInput, DocumentOperation, DocumentOutput } from '../formats/documents/operations.ts';

/** Workbooks, PDF files, pictures and large texts, read and made in threads of their own: a run stays quick and can be stopped. */
export interface DocumentAccess {
  /** Ends with the signal's reason when it aborts; the thread is ended with it. */
  run<Operation extends DocumentOperation>(
    operation: Operation,
    input: DocumentInput<Operation>,
    options: DocumentOptions,
  ): Promise<DocumentOutput<Operation>>;
  close(): Promise<void>;
}

export interface DocumentOptions {
  signal: AbortSignal;
  progress?(fraction: number): void;
}
