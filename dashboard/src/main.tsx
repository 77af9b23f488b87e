import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/overview.css';
import './style/cases.css';
import './style/case.css';
import './style/print.css';
import { loadReport } from './data/load';
import { applyStoredTheme } from './theme';
import { App } from './view/App';
import { Notice } from './view/Notice';

applyStoredTheme();
const root = document.getElementById('app') as HTMLElement;
render(<Notice title="Reading the report…" />, root);
loadReport()
  .then((report) => render(<App report={report} />, root))
  .catch((error: unknown) => {
    // Also when drawing failed half-way: what is there is taken away first.
    render(null, root);
    render(<Notice title="The report cannot be shown" text={String((error as Error).message ?? error)} />, root);
  });
