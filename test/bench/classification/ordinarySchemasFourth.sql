CREATE TABLE partlib.symbol (
    symbol_id serial PRIMARY KEY,
    lib_nickname varchar(64) NOT NULL,
    entry_name varchar(128) NOT NULL,
    reference_prefix varchar(8) NOT NULL DEFAULT 'U',
    value text,
    footprint_filter text,
    datasheet_url text,
    keywords text,
    unit_count smallint NOT NULL DEFAULT 1,
    is_power boolean NOT NULL DEFAULT false,
    in_bom boolean NOT NULL DEFAULT true,
    on_board boolean NOT NULL DEFAULT true,
    pin_name_offset_mil integer,
    show_pin_numbers boolean DEFAULT true,
    extends_symbol_id integer REFERENCES partlib.symbol (symbol_id)
);

CREATE TABLE partlib.symbol_pin (
    symbol_id integer NOT NULL REFERENCES partlib.symbol (symbol_id) ON DELETE CASCADE,
    pin_number varchar(8) NOT NULL,
    pin_name varchar(64),
    electrical_type varchar(16) NOT NULL CHECK (electrical_type IN ('input', 'output', 'bidirectional', 'passive', 'power_in', 'power_out', 'no_connect')),
    graphic_style varchar(16),
    pos_x integer NOT NULL,
    pos_y integer NOT NULL,
    orientation char(1) NOT NULL,
    length_mil integer,
    unit smallint,
    is_hidden boolean NOT NULL DEFAULT false,
    PRIMARY KEY (symbol_id, pin_number)
);

CREATE TABLE partlib."Capacitors" (
    "Part Number" varchar(64) PRIMARY KEY,
    "Library Ref" varchar(128),
    "Footprint Ref" varchar(128),
    "Capacitance" varchar(16),
    "Voltage Rating" varchar(16),
    "Tolerance" varchar(8),
    "Dielectric" varchar(8),
    "Case/Package" varchar(16),
    "Mounting Type" varchar(16),
    "Temp Min" smallint,
    "Temp Max" smallint,
    "Height Max" numeric(5,2),
    "RoHS" boolean,
    "MSL" varchar(4),
    "Lifecycle Status" varchar(24),
    "ComponentLink1URL" text
);

CREATE TABLE astro.satcat (
    norad_cat_id integer PRIMARY KEY,
    intldes varchar(12),
    object_name varchar(25),
    object_type varchar(12),
    ops_status_code char(1),
    launch_date date,
    launch_site char(5),
    decay_date date,
    period double precision,
    inclination double precision,
    apogee integer,
    perigee integer,
    rcs double precision,
    data_status_code char(3),
    orbit_center char(2),
    orbit_type char(3)
);

CREATE TABLE astro.gp_element_set (
    gp_id bigint PRIMARY KEY,
    norad_cat_id integer NOT NULL REFERENCES astro.satcat,
    epoch timestamp(6) NOT NULL,
    mean_motion double precision,
    eccentricity double precision,
    ra_of_asc_node double precision,
    arg_of_pericenter double precision,
    mean_anomaly double precision,
    ephemeris_type smallint,
    element_set_no smallint,
    rev_at_epoch integer,
    bstar double precision,
    mean_motion_dot double precision,
    mean_motion_ddot double precision,
    tle_line1 char(69),
    tle_line2 char(69)
);

CREATE TABLE astro.gaia_source (
    source_id bigint PRIMARY KEY,
    solution_id bigint,
    designation varchar(32),
    random_index bigint,
    ref_epoch double precision,
    ra double precision NOT NULL,
    ra_error real,
    "dec" double precision NOT NULL,
    dec_error real,
    parallax double precision,
    parallax_over_error real,
    pm real,
    pmra double precision,
    pmdec double precision,
    phot_g_mean_mag real,
    bp_rp real,
    radial_velocity real,
    ruwe real,
    duplicated_source boolean,
    phot_variable_flag varchar(16),
    l double precision,
    b double precision
);

CREATE TABLE seismo.event (
    publicid varchar(255) PRIMARY KEY,
    origin_time timestamptz NOT NULL,
    origin_time_usec integer,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    depth_km double precision,
    depth_type varchar(24),
    magnitude double precision,
    mag_type varchar(8),
    nst smallint,
    azimuthal_gap double precision,
    dmin double precision,
    rms double precision,
    flinn_engdahl_region varchar(80),
    event_type varchar(32),
    evaluation_mode varchar(12),
    agency_id varchar(16)
);

CREATE TABLE seismo.channel_epoch (
    net char(2) NOT NULL,
    sta varchar(5) NOT NULL,
    loc char(2) NOT NULL DEFAULT '--',
    cha char(3) NOT NULL,
    ondate timestamptz NOT NULL,
    offdate timestamptz,
    elev real,
    edepth real,
    azimuth real,
    dip real,
    samprate double precision,
    sensor_description varchar(80),
    scale double precision,
    scale_freq double precision,
    scale_units varchar(16),
    PRIMARY KEY (net, sta, loc, cha, ondate)
);

CREATE TABLE hydro.gauging_station (
    site_no varchar(15) PRIMARY KEY,
    station_nm varchar(80) NOT NULL,
    site_tp_cd varchar(7),
    river_km numeric(7,2),
    dec_lat_va numeric(10,7),
    dec_long_va numeric(10,7),
    coord_datum_cd varchar(10),
    alt_va numeric(8,2),
    alt_datum_cd varchar(10),
    huc_cd varchar(12),
    drain_area_va numeric(10,2),
    contrib_drain_area_va numeric(10,2),
    gauge_zero_m numeric(8,3),
    flood_stage_m numeric(5,2),
    begin_date date,
    end_date date
);

CREATE TABLE hydro.unit_value (
    site_no varchar(15) NOT NULL REFERENCES hydro.gauging_station,
    parameter_cd char(5) NOT NULL,
    datetime timestamptz NOT NULL,
    tz_cd varchar(6),
    value numeric(12,3),
    qualifier_cd varchar(8),
    sensor_no smallint,
    approval_level smallint,
    is_interpolated boolean NOT NULL DEFAULT false,
    PRIMARY KEY (site_no, parameter_cd, datetime)
);

CREATE TABLE rail.signal (
    id integer PRIMARY KEY,
    ocp_ref varchar(32),
    track_ref varchar(32) NOT NULL,
    code varchar(16),
    pos numeric(10,3),
    abs_pos numeric(10,3),
    dir varchar(8) CHECK (dir IN ('up', 'down', 'both')),
    signal_type varchar(16),
    signal_function varchar(16),
    sight_distance integer,
    switchable boolean,
    ruleset varchar(16),
    has_speed_indicator boolean,
    overlap_length_m integer,
    controlling_interlocking varchar(16)
);

CREATE TABLE rail.balise (
    nid_c smallint NOT NULL,
    nid_bg integer NOT NULL,
    n_pig smallint NOT NULL,
    n_total smallint NOT NULL,
    m_dup smallint,
    m_mcount smallint,
    q_updown smallint,
    q_link smallint,
    m_version smallint,
    kilometrage numeric(9,4),
    is_fixed boolean DEFAULT true,
    telegram_hex text,
    group_label varchar(16),
    PRIMARY KEY (nid_c, nid_bg, n_pig)
);

CREATE TABLE rail.vehicle_class (
    class_code varchar(12) PRIMARY KEY,
    traction varchar(16),
    axle_arrangement varchar(16),
    gauge_mm smallint NOT NULL DEFAULT 1435,
    length_over_buffers_mm integer,
    tare_weight_t numeric(6,2),
    max_axle_load_t numeric(5,2),
    vmax_kmh smallint,
    power_kw integer,
    tractive_effort_kn integer,
    brake_percentage smallint,
    voltage_systems text[],
    min_curve_radius_m smallint,
    first_built_year smallint,
    units_built integer
);

CREATE TABLE aviation.airports (
    id integer PRIMARY KEY,
    ident varchar(8) NOT NULL,
    type varchar(16),
    name varchar(128),
    latitude_deg double precision,
    longitude_deg double precision,
    elevation_ft integer,
    continent char(2),
    iso_country char(2),
    iso_region varchar(7),
    municipality varchar(80),
    scheduled_service varchar(3),
    gps_code varchar(8),
    iata_code char(3),
    local_code varchar(8),
    home_link text,
    wikipedia_link text
);

CREATE TABLE aviation.aircraft_type (
    icao_designator varchar(4) PRIMARY KEY,
    iata_designator char(3),
    model_full_name varchar(100),
    description char(3),
    wtc char(1),
    wtg char(1),
    engine_count smallint,
    engine_type varchar(16),
    mtow_kg integer,
    wingspan_m numeric(5,2),
    ceiling_fl smallint,
    approach_category char(1),
    vref_kt smallint,
    range_nm integer,
    typical_seats smallint
);

CREATE TABLE ais.vessel_static (
    mmsi integer PRIMARY KEY,
    imo integer,
    callsign varchar(7),
    shipname varchar(20),
    ship_type smallint,
    to_bow smallint,
    to_stern smallint,
    to_port smallint,
    to_starboard smallint,
    epfd smallint,
    draught numeric(3,1),
    destination varchar(20),
    eta_month smallint,
    eta_day smallint,
    eta_hour smallint,
    eta_minute smallint,
    dte smallint,
    last_static_ts timestamptz
);

CREATE TABLE ais.position_report (
    ts timestamptz NOT NULL,
    mmsi integer NOT NULL,
    msg_type smallint,
    nav_status smallint,
    rot real,
    sog numeric(4,1),
    cog numeric(4,1),
    true_heading smallint,
    lon double precision,
    lat double precision,
    pos_accuracy boolean,
    raim boolean,
    manoeuvre smallint,
    radio_sync_state integer,
    rx_station varchar(16)
);

CREATE TABLE chem.compound (
    cid bigint PRIMARY KEY,
    inchikey char(27) UNIQUE,
    inchi text,
    canonical_smiles text,
    iupac_name text,
    molecular_formula varchar(128),
    cas_rn varchar(12),
    mw numeric(9,4),
    exact_mass double precision,
    xlogp real,
    tpsa real,
    hbond_donor smallint,
    hbond_acceptor smallint,
    rotatable_bonds smallint,
    heavy_atom_count smallint,
    formal_charge smallint,
    stereo_centers_defined smallint,
    molfile text
);

CREATE TABLE chem.material (
    material_id varchar(16) PRIMARY KEY,
    formula_pretty varchar(64),
    nsites integer,
    crystal_system varchar(16),
    spacegroup_number smallint,
    spacegroup_symbol varchar(16),
    lattice_a double precision,
    lattice_b double precision,
    lattice_c double precision,
    lattice_alpha double precision,
    lattice_beta double precision,
    lattice_gamma double precision,
    band_gap double precision,
    is_gap_direct boolean,
    formation_energy_per_atom double precision,
    energy_above_hull double precision,
    bulk_modulus_vrh double precision,
    density_g_cm3 double precision,
    total_magnetization double precision,
    theoretical boolean
);

CREATE TABLE bio.gene (
    gene_id integer PRIMARY KEY,
    tax_id integer NOT NULL,
    symbol varchar(64),
    locus_tag varchar(64),
    synonyms text,
    dbxrefs text,
    chromosome varchar(16),
    map_location varchar(32),
    seq_region_start integer,
    seq_region_end integer,
    seq_region_strand smallint,
    biotype varchar(40),
    stable_id varchar(128),
    version smallint,
    modification_date date
);

CREATE TABLE bio.protein_entry (
    accession varchar(10) PRIMARY KEY,
    entry_name varchar(16),
    reviewed boolean NOT NULL DEFAULT false,
    protein_name text,
    organism varchar(160),
    seq_length integer,
    mass_da integer,
    crc64 char(16),
    sequence text,
    existence_level smallint,
    ec_number varchar(16),
    signal_peptide varchar(32),
    transmembrane_count smallint,
    isoelectric_point real,
    pdb_ids text[],
    go_ids text[]
);

CREATE TABLE museum.ca_objects (
    object_id serial PRIMARY KEY,
    parent_id integer,
    idno varchar(255) NOT NULL,
    idno_sort varchar(255) NOT NULL,
    type_id integer,
    object_title text,
    medium varchar(255),
    height_cm numeric(8,2),
    width_cm numeric(8,2),
    depth_cm numeric(8,2),
    weight_kg numeric(9,3),
    date_begin integer,
    date_end integer,
    culture varchar(120),
    period_name varchar(120),
    gallery_number varchar(12),
    is_on_view boolean,
    is_deaccessioned boolean NOT NULL DEFAULT false,
    view_count integer NOT NULL DEFAULT 0
);

CREATE TABLE biblio.biblioitems (
    biblioitemnumber serial PRIMARY KEY,
    biblionumber integer NOT NULL,
    title text,
    subtitle text,
    seriestitle text,
    volume text,
    itemtype varchar(10),
    isbn varchar(17),
    issn varchar(9),
    ean varchar(13),
    publicationyear varchar(20),
    copyrightdate smallint,
    editionstatement text,
    pages varchar(64),
    size varchar(32),
    place_of_publication text,
    lccn varchar(25),
    cn_source varchar(10),
    cn_class varchar(30),
    cn_sort varchar(255),
    agerestriction varchar(32),
    totalissues integer
);

CREATE TABLE kitchen.recipe (
    id serial PRIMARY KEY,
    slug varchar(120) UNIQUE NOT NULL,
    name varchar(200) NOT NULL,
    description text,
    prep_time interval,
    cook_time interval,
    perform_time interval,
    recipe_yield varchar(64),
    servings numeric(5,1),
    difficulty smallint,
    cuisine varchar(40),
    course varchar(40),
    image_path text,
    rating numeric(2,1),
    oven_temp_c smallint
);

CREATE TABLE kitchen.ingredient (
    ndb_no char(5) PRIMARY KEY,
    fd_grp_cd char(4) NOT NULL,
    long_desc varchar(200) NOT NULL,
    shrt_desc varchar(60),
    sci_name varchar(65),
    ref_desc varchar(135),
    refuse_pct numeric(4,1),
    n_factor numeric(4,2),
    energ_kcal numeric(7,1),
    protein_g numeric(7,2),
    lipid_tot_g numeric(7,2),
    carbohydrt_g numeric(7,2),
    sodium_mg numeric(8,2),
    density_g_ml numeric(5,3),
    is_vegan boolean,
    allergen_codes text[]
);

CREATE TABLE games.boardgame (
    bgg_id integer PRIMARY KEY,
    primary_name varchar(255) NOT NULL,
    yearpublished smallint,
    minplayers smallint,
    maxplayers smallint,
    playingtime smallint,
    minage smallint,
    averageweight numeric(4,3),
    bayesaverage numeric(6,4),
    usersrated integer,
    language_dependence smallint,
    box_size varchar(24),
    is_expansion boolean NOT NULL DEFAULT false,
    rulebook_url text
);

CREATE TABLE games.rule_clause (
    rule_id serial PRIMARY KEY,
    bgg_id integer REFERENCES games.boardgame,
    rulebook_edition varchar(16),
    clause_no varchar(16) NOT NULL,
    heading varchar(160),
    body text NOT NULL,
    phase varchar(32),
    is_optional boolean NOT NULL DEFAULT false,
    supersedes_rule_id integer,
    errata_date date,
    page_no smallint
);

CREATE TABLE games.chess_opening (
    eco char(3) NOT NULL,
    variation_no smallint NOT NULL,
    opening_name varchar(120) NOT NULL,
    pgn text NOT NULL,
    uci text,
    epd varchar(90),
    ply_count smallint,
    zobrist_key bigint,
    white_win_count bigint,
    draw_count bigint,
    black_win_count bigint,
    engine_eval_cp integer,
    eval_depth smallint,
    is_gambit boolean,
    PRIMARY KEY (eco, variation_no)
);

CREATE TABLE sports.fixture (
    fixture_id integer PRIMARY KEY,
    season varchar(9) NOT NULL,
    competition_code varchar(8) NOT NULL,
    matchday smallint,
    stage varchar(32),
    kickoff_utc timestamptz,
    venue_id integer,
    home_team_code char(3),
    away_team_code char(3),
    ht_score_home smallint,
    ht_score_away smallint,
    ft_score_home smallint,
    ft_score_away smallint,
    extra_time boolean,
    penalties_home smallint,
    penalties_away smallint,
    match_status varchar(16),
    attendance integer
);

CREATE TABLE sports.venue (
    venue_id serial PRIMARY KEY,
    venue_name varchar(120) NOT NULL,
    city varchar(80),
    country_code char(3),
    capacity integer,
    capacity_standing integer,
    pitch_length_m smallint,
    pitch_width_m smallint,
    surface_type varchar(16),
    has_roof boolean,
    floodlight_lux integer,
    opened_year smallint,
    map_url text
);

CREATE TABLE trade.tariff_line (
    hs_code varchar(10) NOT NULL,
    indent smallint,
    suffix char(2) NOT NULL DEFAULT '80',
    goods_description text,
    supplementary_unit varchar(8),
    duty_rate varchar(64),
    ad_valorem_pct numeric(7,4),
    specific_amount numeric(12,4),
    measure_type_id char(3),
    origin_area varchar(4),
    quota_order_no char(6),
    validity_start_date date NOT NULL,
    validity_end_date date,
    regulation_no varchar(8),
    PRIMARY KEY (hs_code, suffix, validity_start_date)
);

CREATE TABLE trade.vat_rate (
    country char(2) NOT NULL,
    rate_type varchar(16) NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    rate numeric(5,3) NOT NULL,
    category varchar(48),
    cn_codes text[],
    territory varchar(32),
    is_reverse_charge boolean DEFAULT false,
    legal_reference varchar(120),
    PRIMARY KEY (country, rate_type, effective_from)
);

CREATE TABLE market.fx_rate (
    rate_date date NOT NULL,
    base_currency char(3) NOT NULL DEFAULT 'EUR',
    quote_currency char(3) NOT NULL,
    mid numeric(18,8) NOT NULL,
    bid numeric(18,8),
    ask numeric(18,8),
    provider varchar(8),
    fixing_time time,
    is_carried_forward boolean NOT NULL DEFAULT false,
    PRIMARY KEY (rate_date, base_currency, quote_currency)
);

CREATE TABLE market.instrument (
    instrument_id bigserial PRIMARY KEY,
    isin char(12),
    figi char(12),
    ticker varchar(12),
    mic char(4),
    cfi_code char(6),
    short_name varchar(40),
    trading_currency char(3),
    lot_size integer,
    tick_size numeric(12,8),
    issue_date date,
    maturity_date date,
    coupon_pct numeric(7,4),
    shares_outstanding bigint,
    is_delisted boolean NOT NULL DEFAULT false,
    sector_code varchar(8)
);

CREATE TABLE market.daily_bar (
    instrument_id bigint NOT NULL REFERENCES market.instrument,
    trade_date date NOT NULL,
    open numeric(16,6),
    high numeric(16,6),
    low numeric(16,6),
    close numeric(16,6),
    adj_close numeric(16,6),
    volume bigint,
    turnover numeric(20,2),
    vwap numeric(16,6),
    num_trades integer,
    split_factor numeric(10,6) DEFAULT 1,
    ex_dividend numeric(12,6),
    PRIMARY KEY (instrument_id, trade_date)
);

CREATE TABLE press.paper_stock (
    stock_code varchar(16) PRIMARY KEY,
    grade varchar(48),
    grammage_gsm smallint,
    caliper_um smallint,
    sheet_w_mm smallint,
    sheet_h_mm smallint,
    grain varchar(5),
    coating varchar(16),
    cie_whiteness smallint,
    opacity_pct numeric(4,1),
    icc_profile varchar(64),
    tac_limit_pct smallint,
    is_fsc boolean
);

CREATE TABLE press.imposition (
    job_ticket varchar(20) PRIMARY KEY,
    binding_style varchar(24),
    n_up smallint,
    signature_pages smallint,
    bleed_mm numeric(4,2),
    gutter_mm numeric(5,2),
    creep_mm numeric(4,2),
    colors_front smallint,
    colors_back smallint,
    screen_ruling_lpi smallint,
    plate_count smallint,
    run_length integer,
    overs_pct numeric(4,2),
    rip_status varchar(12)
);

CREATE TABLE fonts.face (
    face_id serial PRIMARY KEY,
    family_name varchar(80) NOT NULL,
    subfamily_name varchar(40),
    postscript_name varchar(63),
    us_weight_class smallint,
    us_width_class smallint,
    units_per_em smallint,
    ascender smallint,
    descender smallint,
    line_gap smallint,
    cap_height smallint,
    x_height smallint,
    italic_angle numeric(5,2),
    panose bytea,
    fs_type integer,
    is_fixed_pitch boolean,
    font_revision varchar(12),
    ach_vend_id char(4)
);

CREATE TABLE fonts.glyph (
    face_id integer NOT NULL REFERENCES fonts.face,
    gid integer NOT NULL,
    glyph_name varchar(63),
    codepoint integer,
    advance_width smallint,
    lsb smallint,
    x_min smallint,
    y_min smallint,
    x_max smallint,
    y_max smallint,
    contours smallint,
    outline bytea,
    mark_class smallint,
    PRIMARY KEY (face_id, gid)
);

CREATE TABLE build.artifact (
    id uuid PRIMARY KEY,
    group_id varchar(255),
    artifact_id varchar(255),
    version varchar(128),
    classifier varchar(64),
    extension varchar(16),
    is_snapshot boolean,
    sha1 char(40),
    sha256 char(64),
    size_bytes bigint,
    commit_hash char(40),
    build_number integer,
    uploaded_at timestamptz,
    download_count bigint DEFAULT 0,
    retention_days integer,
    storage_path text
);

CREATE TABLE registry.manifests (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    top_level_namespace_id bigint NOT NULL,
    repository_id bigint NOT NULL,
    schema_version smallint NOT NULL,
    media_type_id smallint NOT NULL,
    configuration_media_type_id smallint,
    configuration_blob_digest bytea,
    digest bytea NOT NULL,
    payload bytea NOT NULL,
    total_size bigint,
    non_conformant boolean DEFAULT false,
    non_distributable_layers boolean DEFAULT false,
    subject_id bigint,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE k8s.pod (
    uid uuid PRIMARY KEY,
    cluster varchar(63) NOT NULL,
    namespace varchar(63) NOT NULL,
    name varchar(253) NOT NULL,
    node_name varchar(253),
    pod_ip inet,
    host_network boolean,
    phase varchar(16),
    reason varchar(64),
    qos_class varchar(16),
    restart_policy varchar(16),
    restart_count integer,
    priority_class_name varchar(253),
    cpu_request_milli integer,
    memory_limit_bytes bigint,
    labels jsonb,
    tolerations jsonb,
    owner_kind varchar(63),
    owner_uid uuid,
    creation_timestamp timestamptz,
    resource_version varchar(32)
);

CREATE TABLE netops.dns_zone (
    domain_id serial PRIMARY KEY,
    zone_name varchar(255) NOT NULL UNIQUE,
    kind varchar(8) NOT NULL,
    soa_mname varchar(255),
    soa_serial bigint,
    soa_refresh integer,
    soa_retry integer,
    soa_expire integer,
    soa_minimum integer,
    default_ttl integer,
    dnssec boolean DEFAULT false,
    nsec3param varchar(64),
    ds_key_tag integer,
    ds_algorithm smallint,
    ds_digest text,
    notified_serial bigint
);

CREATE TABLE netops.bgp_route (
    ts timestamptz NOT NULL,
    collector varchar(16) NOT NULL,
    peer_asn bigint NOT NULL,
    peer_addr inet NOT NULL,
    prefix cidr NOT NULL,
    path_id integer,
    as_path bigint[],
    origin_asn bigint,
    next_hop inet,
    med bigint,
    local_pref bigint,
    communities text[],
    atomic_aggregate boolean,
    rpki_validity varchar(12),
    withdrawn boolean NOT NULL DEFAULT false
);

CREATE TABLE netops.lb_backend_server (
    backend varchar(64) NOT NULL,
    server varchar(64) NOT NULL,
    address inet NOT NULL,
    port integer NOT NULL,
    weight smallint NOT NULL DEFAULT 100,
    maxconn integer,
    balance_algo varchar(24),
    check_interval_ms integer,
    check_uri text,
    rise smallint,
    fall smallint,
    slowstart_ms integer,
    send_proxy boolean,
    is_backup boolean,
    admin_state varchar(8),
    PRIMARY KEY (backend, server)
);

CREATE TABLE fab.print_job (
    job_id uuid PRIMARY KEY,
    gcode_file text NOT NULL,
    printer varchar(32),
    material varchar(16),
    filament_used_mm double precision,
    filament_weight_g double precision,
    layer_height numeric(4,3),
    first_layer_height numeric(4,3),
    nozzle_diameter numeric(3,2),
    infill_pct smallint,
    bed_temp smallint,
    extruder_temp smallint,
    total_layers integer,
    estimated_time double precision,
    total_duration double precision,
    state varchar(16),
    thumbnail bytea
);

CREATE TABLE fab.cnc_tool (
    tool_number smallint PRIMARY KEY,
    pocket smallint,
    tool_kind varchar(24),
    diameter_mm numeric(7,4),
    flute_count smallint,
    flute_length_mm numeric(6,2),
    corner_radius numeric(6,3),
    offset_z numeric(9,5),
    wear_z numeric(7,5),
    spindle_rpm_max integer,
    feed_per_tooth numeric(6,4),
    holder varchar(24),
    minutes_in_cut numeric(8,1)
);

CREATE TABLE brew.batch (
    batch_no varchar(12) PRIMARY KEY,
    beer_style varchar(48),
    brew_date date,
    batch_size_l numeric(8,1),
    og numeric(5,4),
    fg numeric(5,4),
    abv_pct numeric(4,2),
    ibu numeric(5,1),
    ebc numeric(5,1),
    mash_temp_c numeric(4,1),
    mash_ph numeric(4,2),
    boil_min smallint,
    yeast_strain varchar(48),
    pitch_temp_c numeric(4,1),
    fermenter_code varchar(8),
    co2_vols numeric(3,2),
    packaged_on date
);

CREATE TABLE mining.collar (
    hole_id varchar(20) PRIMARY KEY,
    prospect varchar(32),
    easting numeric(10,2),
    northing numeric(10,2),
    rl numeric(7,2),
    grid_name varchar(24),
    hole_type varchar(8),
    max_depth numeric(7,2),
    dip_deg numeric(4,1),
    azi_true numeric(4,1),
    date_started date,
    date_completed date
);

CREATE TABLE forest.plot_tree (
    plt_cn bigint NOT NULL,
    subp smallint NOT NULL,
    tree smallint NOT NULL,
    invyr smallint NOT NULL,
    statuscd smallint,
    spcd smallint,
    dia numeric(5,1),
    ht smallint,
    actualht smallint,
    cr smallint,
    cclcd smallint,
    treeclcd smallint,
    agentcd smallint,
    volcfnet numeric(11,4),
    carbon_ag numeric(13,4),
    tpa_unadj numeric(10,6),
    PRIMARY KEY (plt_cn, subp, tree, invyr)
);

CREATE TABLE waste.container_site (
    site_code varchar(12) PRIMARY KEY,
    fraction varchar(24),
    volume_l integer,
    container_count smallint,
    ewc_code char(6),
    fill_level_pct smallint,
    sensor_eui char(16),
    last_emptied timestamptz,
    collection_cycle varchar(16),
    route_no varchar(8),
    is_underground boolean,
    geom_wkt text
);

CREATE TABLE water.plant_sample (
    sample_id bigserial PRIMARY KEY,
    plant_code varchar(8) NOT NULL,
    sampling_point varchar(24),
    sampled_at timestamptz,
    ph numeric(4,2),
    turbidity_ntu numeric(6,2),
    free_chlorine_mg_l numeric(5,3),
    conductivity_us_cm numeric(7,1),
    nitrate_mg_l numeric(6,2),
    bod5_mg_l numeric(6,1),
    cod_mg_l numeric(6,1),
    e_coli_cfu integer,
    flow_m3_h numeric(9,2),
    uv_dose_mj_cm2 numeric(6,1),
    exceeds_limit boolean
);

CREATE TABLE roads.bridge (
    structure_number_008 varchar(15) PRIMARY KEY,
    route_number_005d varchar(5),
    features_desc_006a varchar(24),
    facility_carried_007 varchar(18),
    kilopoint_011 numeric(7,3),
    detour_kilos_019 smallint,
    year_built_027 smallint,
    traffic_lanes_on_028a smallint,
    adt_029 integer,
    design_load_031 char(1),
    structure_kind_043a char(1),
    main_unit_spans_045 smallint,
    max_span_len_mt_048 numeric(6,1),
    deck_cond_058 char(1),
    superstructure_cond_059 char(1),
    scour_critical_113 char(1),
    sufficiency_rating numeric(4,1),
    date_of_inspect_090 char(4)
);

CREATE TABLE roads.ways (
    gid bigserial PRIMARY KEY,
    osm_id bigint,
    tag_id integer,
    length_m double precision,
    source bigint,
    target bigint,
    cost double precision,
    reverse_cost double precision,
    x1 double precision,
    y1 double precision,
    x2 double precision,
    y2 double precision,
    one_way integer,
    oneway text,
    maxspeed_forward double precision,
    maxspeed_backward double precision,
    rule text
);

CREATE TABLE facility.elevator (
    unit_no varchar(12) PRIMARY KEY,
    drive_type varchar(24),
    rated_load_kg integer,
    rated_speed_ms numeric(4,2),
    stops smallint,
    travel_m numeric(6,2),
    rope_count smallint,
    rope_diameter_mm numeric(4,1),
    door_width_mm smallint,
    controller_model varchar(32),
    firmware varchar(16),
    commissioned date,
    next_periodic_test date,
    trip_counter bigint,
    last_fault_code varchar(8)
);

CREATE TABLE meteo.radar_sweep (
    wmo_id char(5) NOT NULL,
    volume_start timestamptz NOT NULL,
    sweep_no smallint NOT NULL,
    vcp smallint,
    elangle real,
    nrays smallint,
    nbins smallint,
    rscale real,
    nyquist_velocity real,
    prf_high real,
    prf_low real,
    pulse_width_us real,
    quantity varchar(8),
    gain double precision,
    "offset" double precision,
    nodata integer,
    undetect integer,
    odim_path text,
    PRIMARY KEY (wmo_id, volume_start, sweep_no)
);

CREATE TABLE broadcast.epg_event (
    event_id integer NOT NULL,
    service_id integer NOT NULL,
    onid integer,
    tsid integer,
    start_time timestamptz NOT NULL,
    duration_sec integer,
    running_status smallint,
    free_ca_mode boolean,
    short_event_name varchar(255),
    synopsis text,
    content_nibble smallint,
    parental_rating smallint,
    aspect_ratio varchar(8),
    audio_langs text[],
    crid_series text,
    is_repeat boolean,
    PRIMARY KEY (service_id, event_id, start_time)
);

CREATE TABLE audio.plugin (
    plugin_uri text PRIMARY KEY,
    format varchar(8),
    plugin_name varchar(96),
    vendor varchar(64),
    category varchar(32),
    audio_ins smallint,
    audio_outs smallint,
    midi_ins smallint,
    latency_samples integer,
    has_gui boolean,
    is_instrument boolean,
    unique_id integer,
    scan_result varchar(16)
);

CREATE TABLE perf.bench_sample (
    run_id integer NOT NULL,
    benchmark varchar(64) NOT NULL,
    compiler varchar(16) NOT NULL,
    compiler_rev varchar(40),
    opt_level varchar(8) NOT NULL,
    target_triple varchar(48),
    march varchar(24),
    compile_time_s double precision,
    exec_time_s double precision,
    exec_time_stddev double precision,
    text_size bigint,
    instructions_retired bigint,
    branch_misses bigint,
    max_rss_kb bigint,
    iteration smallint NOT NULL,
    passed boolean,
    PRIMARY KEY (run_id, benchmark, compiler, opt_level, iteration)
);

CREATE TABLE lexicon.entry (
    entry_id bigserial PRIMARY KEY,
    lang char(3) NOT NULL,
    headword varchar(120) NOT NULL,
    homograph_no smallint,
    pos varchar(16),
    gender char(1),
    ipa varchar(120),
    hyphenation varchar(160),
    inflection_class varchar(12),
    etymology text,
    first_attested smallint,
    corpus_freq bigint,
    register varchar(16),
    is_archaic boolean
);

CREATE TABLE standards.document (
    doc_id serial PRIMARY KEY,
    sdo varchar(16) NOT NULL,
    designation varchar(64) NOT NULL,
    part varchar(8),
    edition smallint,
    title_en text,
    title_fr text,
    scope text,
    ics_codes text[],
    stage_code char(5),
    publication_date date,
    confirmed_until date,
    withdrawal_date date,
    replaced_by integer REFERENCES standards.document (doc_id),
    page_count integer,
    committee_code varchar(24),
    is_harmonised boolean
);
