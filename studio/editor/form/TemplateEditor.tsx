import { useEffect, useState } from 'react';
import { CodeEditor } from './CodeEditor.tsx';
import { type CompletionFacts, createCompletion } from './expression-completion.ts';

interface TemplateEditorProps {
  label: string;
  value: string;
  placeholder?: string;
  takeFocus?: boolean;
  facts: CompletionFacts;
  onChange: (text: string) => void;
}

export function TemplateEditor({ facts, ...editor }: TemplateEditorProps) {
  const [completion] = useState(() => createCompletion(facts));
  useEffect(() => completion.update(facts), [completion, facts]);
  return <CodeEditor {...editor} language="template" completion={completion.source} />;
}
