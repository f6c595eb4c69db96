import { useStore } from 'zustand';
import { Tabs } from '../../ui/Tabs.tsx';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { useEditorState } from '../store/selectors.ts';
import { DebugTab } from '../debug/DebugTab.tsx';
import { DataTab } from './DataTab.tsx';
import { LogTab } from './LogTab.tsx';
import { ProblemsTab } from './ProblemsTab.tsx';
import { RunsTab } from './RunsTab.tsx';

export function BottomPanel() {
  const env = useEditorEnv();
  const { store } = useDocument();
  const tab = useStore(env.ui, (ui) => ui.bottomTab);
  const count = useEditorState(store, (state) => state.problems.length);
  return (
    <section aria-label="Problems, data, variables, log and runs" className="flex min-h-0 flex-1 flex-col bg-surface">
      <Tabs
        label="Bottom panel"
        value={tab}
        onChange={(bottomTab) => env.ui.setState({ bottomTab })}
        tabs={[
          { id: 'problems', label: 'Problems', count, content: <ProblemsTab /> },
          { id: 'data', label: 'Data', content: <DataTab /> },
          { id: 'debug', label: 'Variables', content: <DebugTab /> },
          { id: 'log', label: 'Log', content: <LogTab /> },
          { id: 'runs', label: 'Runs', content: <RunsTab /> },
        ]}
      />
    </section>
  );
}
