import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** The look of the studio's inputs; its variables reach into the shadow root. */
export function codeTheme(tall: boolean): Extension {
  return EditorView.theme({
    '&': {
      fontSize: '12px',
      color: 'var(--text)',
      backgroundColor: 'var(--inset)',
      border: '1px solid var(--line-strong)',
      borderRadius: '6px',
    },
    '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
    '.cm-scroller': {
      fontFamily: 'ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
      lineHeight: '18px',
      maxHeight: tall ? '420px' : '180px',
      minHeight: tall ? '160px' : '28px',
      overflow: 'auto',
    },
    '.cm-content': { padding: '5px 0', caretColor: 'var(--text)' },
    '.cm-line': { padding: '0 8px' },
    '.cm-cursor': { borderLeftColor: 'var(--text)' },
    '.cm-placeholder': { color: 'var(--text-faint)' },
    '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
      backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent) !important',
    },
    '.cm-matchingBracket': { backgroundColor: 'var(--active)' },
    '.cm-tooltip': {
      zIndex: '70',
      border: '1px solid var(--line-strong)',
      borderRadius: '6px',
      backgroundColor: 'var(--raised)',
      color: 'var(--text)',
      boxShadow: 'var(--shadow)',
      overflow: 'hidden',
    },
    '.cm-tooltip.cm-completionInfo': { padding: '6px 8px', maxWidth: '280px', whiteSpace: 'pre-wrap' },
    '.cm-tooltip-autocomplete > ul': { maxHeight: '220px', fontFamily: 'inherit' },
    '.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', lineHeight: '18px' },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--accent-soft)',
      color: 'var(--text)',
    },
    '.cm-completionDetail': { marginLeft: '10px', color: 'var(--text-faint)', fontStyle: 'normal' },
  });
}
