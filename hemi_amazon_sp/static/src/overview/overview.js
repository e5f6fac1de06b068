import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";

const EVERY = 30_000; // milliseconds between two looks at the server

/** What is left to do from an empty database to the first feed; nothing when all is done. */
export class FirstSteps extends Component {
    static template = "hemi_amazon_sp.FirstSteps";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ steps: [] });
        onWillStart(async () => {
            this.state.steps = await this.orm.call("hemi.amazon.account", "first_steps", []);
        });
    }

    get steps() {
        return this.state.steps;
    }

    open(step) {
        const isForm = step.res_id !== false;
        this.action.doAction(
            step.action,
            isForm ? { viewType: "form", props: { resId: step.res_id || false } } : {}
        );
    }
}

export class OverviewRenderer extends KanbanRenderer {
    static template = "hemi_amazon_sp.OverviewRenderer";
    static components = { ...KanbanRenderer.components, FirstSteps };
}

/** Looks at the server again by itself, while somebody can see it. */
export class OverviewController extends KanbanController {
    setup() {
        super.setup();
        onMounted(() => {
            this.refreshing = browser.setInterval(() => this.refresh(), EVERY);
        });
        onWillUnmount(() => browser.clearInterval(this.refreshing));
    }

    async refresh() {
        if (!document.hidden) {
            await this.model.load();
        }
    }
}

export const overviewView = {
    ...kanbanView,
    Controller: OverviewController,
    Renderer: OverviewRenderer,
};

registry.category("views").add("hemi_amazon_overview", overviewView);
