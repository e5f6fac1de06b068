import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How long ago a moment was, in words of the user's language. */
export class AgeField extends Component {
    static template = xml`<time t-att-title="exact" t-out="words"/>`;
    static props = { ...standardFieldProps };

    get moment() {
        return this.props.record.data[this.props.name];
    }

    get words() {
        return this.moment ? this.moment.toRelative() : "";
    }

    get exact() {
        return this.moment ? this.moment.toLocaleString(luxon.DateTime.DATETIME_MED) : "";
    }
}

registry.category("fields").add("hemi_amazon_age", {
    component: AgeField,
    supportedTypes: ["datetime"],
});
