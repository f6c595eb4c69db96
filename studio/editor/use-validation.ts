import { validateWorkflow } from '@casare/shared';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useEditorEnv } from './editor-env.ts';
import type { OpenDocument } from './files/open-document.ts';

const PAUSE_MS = 250;

/**
 * Keeps the problems of a document up to date, a moment after the last change. Linear in the document: 1,000 steps cost a few
 * milliseconds, so no worker is worth its copy of the document.
 */
export function useValidation(document: OpenDocument): void {
  const { catalog, vaultNames } = useEditorEnv();
  const names = useStore(vaultNames, (state) => state.names);
  useEffect(() => {
    const { store } = document;
    const known = names && {
      credentials: new Set(names.credentials.map(({ name }) => name)),
      assets: new Set(names.assets.map(({ name }) => name)),
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let checked: unknown;
    const validate = () => {
      const state = store.getState();
      if (state.document === checked) return;
      checked = state.document;
      state.setProblems(validateWorkflow(state.workflow(), catalog, known));
    };
    validate();
    const unsubscribe = store.subscribe((state, before) => {
      if (state.document === before.document) return;
      clearTimeout(timer);
      timer = setTimeout(validate, PAUSE_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [document, catalog, names]);
}
