import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const firstStep = (title) => ({
    content: `Open the step: ${title}`,
    trigger: `.o_hemi_amazon_steps a:contains("${title}")`,
    run: "click",
});
const overview = { content: "Back to the overview", trigger: ".o_menu_sections a:contains('Overview')", run: "click" };

tours.add("hemi_amazon_sp_first_steps", {
    steps: () => [
        firstStep("Create the app"),
        { trigger: "div[name='name'] input", run: "edit Tour App" },
        ...stepUtils.saveForm(),
        overview,
        {
            content: "The step is done",
            trigger: ".o_hemi_amazon_steps li:contains('Create the app') .fa-check-circle",
        },
        firstStep("Enter its credentials"),
        { content: "The app is there already", trigger: "div[name='integration_id'] input:value('Tour App')" },
        {
            trigger: "div[name='application_id'] input",
            run: "edit amzn1.sp.solution.11111111-2222-3333-4444-555555555555",
        },
        {
            trigger: "div[name='client_id'] input",
            run: "edit amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
        },
        { trigger: "div[name='client_secret'] input", run: "edit amzn1.oa2-cs.v1.tour" },
        ...stepUtils.saveForm(),
        overview,
        {
            content: "Credentials are there",
            trigger: ".o_hemi_amazon_steps li:contains('Enter its credentials') .fa-check-circle",
        },
        firstStep("Create the seller's account"),
        { trigger: "div[name='name'] input", run: "edit Tour Seller" },
        { trigger: "div[name='client_email'] input", run: "edit seller@seller.example" },
        { trigger: "div[name='merchant_id'] input", run: "edit A2TOURSELLER01" },
        ...stepUtils.saveForm(),
        { content: "Send the link", trigger: "button[name='action_oauth_began']:contains('Oauth Began')", run: "click" },
        { content: "The link is on its way", trigger: ".o_arrow_button_current:contains('Link sent')" },
        overview,
        {
            content: "The link was sent",
            trigger: ".o_hemi_amazon_steps li:contains('Send the link') .fa-check-circle",
        },
    ],
});

tours.add("hemi_amazon_sp_problem", {
    steps: () => [
        {
            content: "The card tells of a problem",
            trigger: ".o_kanban_record:contains('Needs you') a[name='action_open_problems']:contains('problems')",
            run: "click",
        },
        {
            content: "Retry what Amazon refused",
            trigger: ".o_data_row:contains('The carrier is not known') button[name='action_retry']",
            run: "click",
        },
        { content: "Nothing is left", trigger: ".o_view_nocontent:contains('Nothing needs you')" },
    ],
});

tours.add("hemi_amazon_sp_listing", {
    steps: () => [
        { trigger: ".o_data_row:contains('LAMP-1') .o_list_record_open_form_view", run: "click" },
        { trigger: "div[name='stock_rule'] select, div[name='stock_rule'] input", run: "click" },
        { trigger: ".o_select_menu_item:contains('Fixed quantity')", run: "click" },
        { trigger: "div[name='stock_fixed'] input", run: "edit 5" },
        ...stepUtils.saveForm(),
        { content: "What Amazon said", trigger: "button[name='action_amazon_said']", run: "click" },
        { trigger: ".o_view_nocontent:contains('Amazon refused nothing')" },
    ],
});
